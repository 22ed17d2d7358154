/// A fixed rule, not a model: while an indicator is high, defensive assets together get at least a
/// given share of risk.
struct FloorRuleSettings: Sendable {
  /// The indicator of the data.
  var indicator: String
  /// It is active from this value on, in the indicator's unit.
  var above: Double
  var assets: [String]
  /// The smallest sum of their budgets.
  var floor: Double

  init(_ reader: ConfigReader, known: [String]) {
    indicator = reader.about("the indicator that triggers the rule, as its column is called")
      .string("indicator")
    above = reader.about("the rule is active from this value on, in the indicator's unit: VIX 35")
      .double("above")
    assets = reader.about("the defensive assets").strings("assets", count: 1...)
    floor = reader.about("the smallest sum of their risk budgets while the rule is active")
      .double("floor", in: .between(0, 1))
    for asset in assets where !known.contains(asset) {
      reader.report(
        "assets",
        "'\(asset)' is not in data.assets; expected some of \(known.joined(separator: ", "))"
      )
    }
    if !known.isEmpty, Set(assets).isSuperset(of: known) {
      reader.report("assets", "expected at least one asset that is not defensive")
    }
  }
}
