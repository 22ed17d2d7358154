/// How an iteration went.
public struct RiskBudgetDiagnostics: Sendable, Hashable, BitwiseCopyable {
  /// The number of Newton steps, after the sweeps of coordinate descent.
  public let iterations: Int
  /// The largest relative change of a holding in the last step: about the square root of the error
  /// that is left; 0 without a step.
  public let decrement: Double
  /// The largest deviation of a risk share `wᵢ(Σw)ᵢ / wᵀΣw` from its budget share, after the last
  /// step.
  public let residual: Double
  /// An estimate, from above in all but rounding, of the condition of the scaled system that the
  /// gradient is computed from; at most 2 when no correlation is negative.
  public let condition: Double
  /// The number of bounds that are met without being needed: where the gradient is one-sided.
  public let weaklyActiveBounds: Int

  /// Numbers of an iteration.
  public init(
    iterations: Int, decrement: Double, residual: Double, condition: Double,
    weaklyActiveBounds: Int = 0
  ) {
    self.iterations = iterations
    self.decrement = decrement
    self.residual = residual
    self.condition = condition
    self.weaklyActiveBounds = weaklyActiveBounds
  }

  /// The same with a number of weakly active bounds.
  public func with(weaklyActiveBounds: Int) -> Self {
    Self(
      iterations: iterations, decrement: decrement, residual: residual, condition: condition,
      weaklyActiveBounds: weaklyActiveBounds)
  }
}
