public import Autodiff
internal import Finance

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Filtered regime probabilities from log-likelihoods, by the Hamilton filter over the whole sequence
/// as one operation.
///
/// `α_t ∝ p(x_t | k) Σ_j A_jk α_{t−1,j}`, in logarithms, from the stationary distribution of A. The
/// transition matrix is trainable (the softmax of a row of logits) or fixed. Where the
/// log-likelihoods come from is the caller's choice: ``GaussianEmissions`` of an indicator, or the
/// K outputs of any network, which then count up to a constant per date.
///
/// - Shapes: log-likelihoods `[D, K]` of consecutive dates; probabilities `[D, K]`, the logarithms of
///   the likelihood of each observation given those before it `[D]`.
/// - Parameter `transitionLogits` `[K, K]`, row: from, column: to.
/// - VJP: see `HamiltonFilter` and `StationaryDistribution`, in double precision whatever `Scalar` is.
/// - Source: Hamilton (1989).
public struct RegimeFilter: Layer {
  /// What the filter computes.
  public struct Output {
    /// The probabilities of the regimes at each date, given the observations up to it, `[D, K]`.
    public let probabilities: Variable
    /// `log p(x_t | x_1 … x_{t−1})` `[D]`; minus its mean is a loss for the regime model itself.
    public let logLikelihoods: Variable
  }

  /// The number of regimes.
  public let count: Int
  /// The logits of the transition matrix; `nil` if it is fixed.
  public let logits: ParameterID?
  private let fixed: [Double]

  /// A trainable transition matrix that starts with probability `persistence` of staying, the rest
  /// spread evenly.
  public init(regimes: Int, persistence: Double = 0.98, in builder: inout ParameterBuilder) {
    check(
      regimes >= 1 && persistence > 0 && persistence < 1,
      "RegimeFilter: \(regimes) regimes, persistence \(persistence)")
    count = regimes
    fixed = []
    let stay = regimes > 1 ? log(persistence * Double(regimes - 1) / (1 - persistence)) : 0
    logits = builder.parameter(
      "transitionLogits",
      Tensor(
        converting: (0..<regimes * regimes).map { $0 / regimes == $0 % regimes ? stay : 0 },
        shape: Shape(regimes, regimes)))
  }

  /// A fixed transition matrix, rows of sum 1.
  ///
  /// Throws a `RegimeError` if a row is no distribution or the chain has no single stationary
  /// distribution.
  public init(transition: [[Double]]) throws {
    count = transition.count
    check(
      count >= 1 && transition.allSatisfy { $0.count == transition.count },
      "RegimeFilter: a transition matrix of rows \(transition.map(\.count))")
    fixed = transition.flatMap { $0 }
    logits = nil
    _ = try StationaryDistribution.solve(transition: fixed, count: count)
  }

  /// The probabilities of a sequence of dates, from the stationary distribution.
  ///
  /// Throws a `DatedError` around a `RegimeError` for an observation that cannot be filtered.
  public func callAsFunction(_ logLikelihoods: Variable, in pass: inout Pass) throws -> Output {
    try filter(logLikelihoods, from: nil, in: &pass)
  }

  /// The probabilities of a sequence of dates that continues one whose last probabilities `[K]` were
  /// `previous`.
  ///
  /// Two calls that hand the last row on equal one call over both parts. Throws as
  /// ``callAsFunction(_:in:)`` does.
  public func filter(
    _ logLikelihoods: Variable, from previous: Variable?, in pass: inout Pass
  ) throws -> Output {
    let k = count
    let shape = logLikelihoods.shape
    check(
      shape.rank == 2 && shape[1] == k, "RegimeFilter: log-likelihoods \(shape), \(k) regimes")
    let logTransition = try transitionLogarithms(in: pass)
    let start = try previous ?? stationaryDistribution(logTransition.exp())
    check(start.shape == Shape(k), "RegimeFilter: previous probabilities \(start.shape)")
    return try hamiltonFilter(
      logLikelihoods, logTransition: logTransition, logStart: start.log())
  }

  /// The transition matrix `[K, K]` of a pass, for reports.
  public func transition(in pass: inout Pass) throws -> Variable {
    try transitionLogarithms(in: pass).exp()
  }

  private func transitionLogarithms(in pass: borrowing Pass) throws -> Variable {
    if let logits { return pass(logits).logSoftmax() }
    return pass.tape.constant(
      Tensor(converting: fixed.map { log($0) }, shape: Shape(count, count)))
  }
}
