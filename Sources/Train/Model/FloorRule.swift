internal import Autodiff
internal import Finance

/// A fixed rule on the tape: while it is active, defensive assets together get a share of risk.
///
/// With the defensive sum `s = Σ_{i ∈ S} b_i` and `t = max(s, a f)`, a = 1 on active dates and f the
/// floor, defensive budgets become `b_i t / s`, the others `b_i (1 − t) / (1 − s)`: proportions within
/// both groups stay, and so does the sum 1.
struct FloorRule: Sendable {
  private let settings: FloorRuleSettings
  private let isDefensive: [Bool]

  init(_ settings: FloorRuleSettings, assets: [String]) {
    self.settings = settings
    isDefensive = assets.map(settings.assets.contains)
  }

  /// Whether the rule is active at some rows of the data.
  ///
  /// It is where the indicator, as known then, is at or above the threshold. An indicator that is not
  /// known yet activates nothing.
  static func activity(
    _ settings: FloorRuleSettings, _ data: MarketData, rows: [Int]
  ) throws -> [Bool] {
    guard let column = data.indicatorNames.firstIndex(of: settings.indicator) else {
      throw ExperimentError(
        "model.floorRule.indicator: no indicator '\(settings.indicator)'"
          + Spelling.sentenceEnd(for: settings.indicator, among: data.indicatorNames)
          + (data.indicatorNames.isEmpty
            ? " The data have none; name their file in data.indicators."
            : " Indicators: \(data.indicatorNames.joined(separator: ", "))."))
    }
    return rows.map { data.indicators[$0, column] >= settings.above }
  }

  /// Budgets `[D, N]` after the rule; `active` `[D, 1]` is 1 where it acts.
  func callAsFunction(_ budgets: Variable, active: Variable) -> Variable {
    let n = isDefensive.count
    let defensive = budgets.tape.constant(
      Tensor(isDefensive.map { $0 ? 1 : 0 }, shape: Shape(1, n)))
    let own = budgets * defensive
    let rest = budgets - own
    let sum = own.sum(axis: 1, keepingAxis: true)
    let floor = active.scaled(by: Scalar(settings.floor))
    let target = select(sum .>= floor, sum, floor)
    return own * (target / sum) + rest * ((1 - target) / (1 - sum))
  }
}
