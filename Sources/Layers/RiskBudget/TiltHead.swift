public import Autodiff

/// Expected returns from the states of a network, small enough that risk budgets can be tilted by them:
/// `μ_i = λ σ_i tanh(w·h_i + c_i) / δ` with the limit λ < 1 and the largest diversification ratio
/// `δ = √(σᵀΣ⁻¹σ)` of the date.
///
/// No portfolio's `μᵀw` exceeds λ times its volatility, since `wᵀσ ≤ δ σ(w)`: the risk
/// `R(w) = σ(w) − μᵀw` of ``TiltedRiskBudget`` is positive whatever the network says. All starts at
/// zero, so that untrained weights have no tilt.
///
/// - Shapes: states `[D, N, width]`, covariances `[D, N, N]`; result `[D, N]`.
/// - Parameters `weight` `[width, 1]`, `constants` `[N]`.
/// - Source: Choueifaty & Coignard (2008), *Toward Maximum Diversification*, J. Portfolio Management
///   35(1), for the ratio.
public struct TiltHead: Layer {
  /// What the head reads.
  public struct Input {
    /// `[D, N, width]`.
    public var states: Variable
    /// `[D, N, N]`, positive definite.
    public var covariances: Variable

    /// States and covariances.
    public init(states: Variable, covariances: Variable) {
      self.states = states
      self.covariances = covariances
    }
  }

  /// λ, the largest share of its volatility that a portfolio's expected return may be.
  public let limit: Double
  private let weight, constants: ParameterID

  /// A head over states of a width, for so many assets.
  public init(width: Int, assets: Int, limit: Double, in builder: inout ParameterBuilder) {
    check(
      width > 0 && assets > 0 && limit > 0 && limit < 1,
      "TiltHead: width \(width), \(assets) assets, limit \(limit)")
    self.limit = limit
    weight = builder.zeros("weight", Shape(width, 1))
    constants = builder.zeros("constants", Shape(assets))
  }

  /// The expected returns, in units of risk.
  ///
  /// Throws a ``DatedError`` around a `FactorizationError` for a covariance that is not positive definite.
  public func callAsFunction(_ input: Input, in pass: inout Pass) throws -> Variable {
    let (h, Σ) = (input.states.shape, input.covariances)
    check(
      h.rank == 3 && Σ.shape == Shape(h[0], h[1], h[1]),
      "TiltHead: states \(h), covariances \(Σ.shape)")
    let (dates, n) = (h[0], h[1])
    let volatilities = (Σ * identity(n, on: Σ.tape)).sum(axis: 2).sqrt()
    let whitened: Variable
    do {
      whitened = try solveTriangular(choleskyFactor(Σ), volatilities.insertingAxis(at: 2))
    } catch { throw DatedError(date: error.batch, underlying: error) }
    let ratio = whitened.reshaped(to: Shape(dates, n)).squared().sum(axis: 1, keepingAxis: true)
      .sqrt()
    let scores =
      matmul(input.states, pass(weight)).reshaped(to: Shape(dates, n)) + pass(constants)
    return volatilities * scores.tanh().scaled(by: Scalar(limit)) / ratio
  }
}
