public import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Correlations from the states of a network, shrunk toward the trailing ones:
/// `R = δ trailing + (1 − δ) R_net`.
///
/// The network's part is a factor model of unit variances: with `x_i = h_i W` and
/// `e_i = x_i / √(1 + |x_i|²)`, `R_net = E Eᵀ + diag(1 − |e_i|²)`, a correlation matrix whatever the
/// states are; so is the mixture. The weight δ is trainable and starts near 1.
///
/// - Shapes: states `[D, N, width]`, trailing correlations `[D, N, N]`; result `[D, N, N]`.
/// - Parameters `embedding` `[width, rank]`, `shrinkage` `[]` (the logit of δ).
/// - Source: Ledoit & Wolf (2004) for the shrinkage, Engle, Ledoit & Wolf (2019) for its use on
///   forecasts.
public struct CorrelationHead: Layer {
  /// What the head reads.
  public struct Input {
    /// `[D, N, width]`.
    public var states: Variable
    /// `[D, N, N]`, with ones on the diagonal.
    public var trailing: Variable

    /// States and trailing correlations.
    public init(states: Variable, trailing: Variable) {
      self.states = states
      self.trailing = trailing
    }
  }

  private let embedding, shrinkage: ParameterID
  private let width: Int

  /// A head of `rank` factors that starts with the weight `start` on the trailing correlations.
  public init(
    width: Int, rank: Int, start: Double = 0.9, in builder: inout ParameterBuilder
  ) {
    check(
      width > 0 && rank > 0 && start > 0 && start < 1,
      "CorrelationHead: width \(width), rank \(rank), shrinkage \(start)")
    self.width = width
    embedding = builder.glorot("embedding", width, rank)
    shrinkage = builder.parameter("shrinkage", Tensor(Scalar(log(start / (1 - start)))))
  }

  /// The correlations.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Variable {
    let (shape, square) = (input.states.shape, input.trailing.shape)
    check(
      shape.rank == 3 && shape[2] == width && square == Shape(shape[0], shape[1], shape[1]),
      "CorrelationHead: states \(shape), trailing \(square)")
    let x = matmul(input.states, pass(embedding))
    let norms = x.squared().sum(axis: 2, keepingAxis: true)
    let e = x / (norms + 1).sqrt()
    // 1 − |e|² = 1 / (1 + |x|²).
    let own = (1 / (norms + 1)) * identity(shape[1], on: x.tape)
    let network = matmul(e, e.transposed()) + own
    let δ = pass(shrinkage).sigmoid()
    return network + δ * (input.trailing - network)
  }
}

/// The identity matrix `[n, n]`.
func identity(_ n: Int, on tape: Tape) -> Variable {
  var matrix = Tensor(repeating: 0, shape: Shape(n, n))
  for i in 0..<n { matrix.elements[i * n + i] = 1 }
  return tape.constant(matrix)
}
