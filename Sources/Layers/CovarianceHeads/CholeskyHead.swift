public import Autodiff

/// Covariances by their Cholesky factor: `Σ = (L M)(L M)ᵀ` with the factor L of the trailing
/// covariance and a lower triangular M from the states of a network.
///
/// `M_ii = exp(u_i)`, `M_ij = ⟨a_i, b_j⟩ / √rank` for j < i, with u, a, b linear in the states. u and a
/// start at zero, so that the untrained covariance is the trailing one; positive definite whatever
/// the states are.
///
/// - Shapes: states `[D, N, width]`, trailing covariances `[D, N, N]`; result `[D, N, N]`.
/// - Parameters `logDiagonal`, `left`, `right`, each `weight` and `bias`.
/// - Source: Pourahmadi (1999), *Joint mean-covariance models*, for the unconstrained factor.
public struct CholeskyHead: Layer {
  /// What the head reads.
  public struct Input {
    /// `[D, N, width]`.
    public var states: Variable
    /// `[D, N, N]`, positive definite.
    public var trailing: Variable

    /// States and trailing covariances.
    public init(states: Variable, trailing: Variable) {
      self.states = states
      self.trailing = trailing
    }
  }

  private let logDiagonal, left, right: Linear
  private let rank: Int

  /// A head whose off-diagonal part has the given rank.
  public init(width: Int, rank: Int, in builder: inout ParameterBuilder) {
    check(width > 0 && rank > 0, "CholeskyHead: width \(width), rank \(rank)")
    self.rank = rank
    logDiagonal = builder.scope("logDiagonal") {
      Linear(inputs: width, outputs: 1, zeroStart: true, in: &$0)
    }
    left = builder.scope("left") {
      Linear(inputs: width, outputs: rank, zeroStart: true, in: &$0)
    }
    right = builder.scope("right") { Linear(inputs: width, outputs: rank, in: &$0) }
  }

  /// The covariances.
  ///
  /// Throws a `FactorizationError` if a trailing covariance is not positive definite.
  public func callAsFunction(_ input: Input, in pass: inout Pass) throws -> Variable {
    let (shape, square) = (input.states.shape, input.trailing.shape)
    check(
      shape.rank == 3 && square == Shape(shape[0], shape[1], shape[1]),
      "CholeskyHead: states \(shape), trailing \(square)")
    let (h, n) = (input.states, shape[1])
    let products = matmul(left(h, in: &pass), right(h, in: &pass).transposed())
      .scaled(by: 1 / Scalar(rank).squareRoot())
    var below = Tensor(repeating: 0, shape: Shape(n, n))
    for i in 0..<n { for j in 0..<i { below.elements[i * n + j] = 1 } }
    let diagonal = logDiagonal(h, in: &pass).exp() * identity(n, on: h.tape)
    let change = products * h.tape.constant(below) + diagonal
    let factor = matmul(try choleskyFactor(input.trailing), change)
    return matmul(factor, factor.transposed())
  }
}
