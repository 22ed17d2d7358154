public import Autodiff

/// A fixed rule, not a model: at dates when an indicator is high, some assets get at least a given
/// share of the risk budget.
///
/// At a date with indicator ≥ threshold (a volatility index of 35, say) and a share s of the defensive
/// assets below the floor φ, their budgets are scaled by φ/s and the others' by (1 − φ)/(1 − s); other
/// dates pass unchanged. A missing indicator (NaN) does not act.
///
/// - Shapes: budgets `[D, N]`, positive, of sum 1; indicator `[D]`; result `[D, N]`.
/// - VJP: that of the scaled budgets; the indicator gets none.
public struct IndicatorFloor: Layer {
  /// What the rule reads.
  public struct Input {
    /// `[D, N]`.
    public var budgets: Variable
    /// `[D]`.
    public var indicator: Variable

    /// Budgets and the indicator of their dates.
    public init(budgets: Variable, indicator: Variable) {
      self.budgets = budgets
      self.indicator = indicator
    }
  }

  /// The indicator from which on the floor holds.
  public let threshold: Double
  /// φ.
  public let floor: Double
  /// Which assets are defensive.
  public let isDefensive: [Bool]

  /// A rule; some but not all assets are defensive, the floor lies strictly between 0 and 1.
  public init(threshold: Double, floor: Double, isDefensive: [Bool]) {
    check(
      floor > 0 && floor < 1 && isDefensive.contains(true) && isDefensive.contains(false),
      "IndicatorFloor: floor \(floor) for \(isDefensive.count { $0 }) of \(isDefensive.count) assets"
    )
    self.threshold = threshold
    self.floor = floor
    self.isDefensive = isDefensive
  }

  /// The budgets under the rule.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Variable {
    let (b, shape) = (input.budgets, input.budgets.shape)
    check(
      shape.rank == 2 && shape[1] == isDefensive.count && input.indicator.shape == Shape(shape[0]),
      "IndicatorFloor: budgets \(shape), indicator \(input.indicator.shape), "
        + "\(isDefensive.count) assets")
    let defensive = pass.tape.constant(
      Tensor(isDefensive.map { $0 ? 1 : 0 }, shape: Shape(shape[1])))
    let share = (b * defensive).sum(axis: 1, keepingAxis: true)
    let acts = input.indicator.insertingAxis(at: 1) .>= Scalar(threshold)
    let isShort = share .< Scalar(floor)
    let target = select(acts * isShort, pass.tape.constant(Scalar(floor)), share)
    return b * (defensive * (target / share) + (1 - defensive) * ((1 - target) / (1 - share)))
  }
}
