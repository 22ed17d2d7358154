internal import Finance

/// Bounds of the sum of some assets' risk budgets.
struct BudgetGroupSettings: Sendable {
  var name: String
  var assets: [String]
  /// Shares of the whole risk.
  var minimum: Double
  var maximum: Double

  init(_ reader: ConfigReader, known: [String]) {
    name = reader.about("what messages call the group").string("name")
    assets = reader.about("the assets of the group; groups may overlap")
      .strings("assets", count: 1...)
    minimum = reader.about("the smallest sum of their risk budgets, a share of the whole")
      .double("minimum", default: 0, in: 0...1)
    maximum = reader.about("the largest sum of their risk budgets, a share of the whole")
      .double("maximum", default: 1, in: 0...1)
    if minimum > maximum {
      reader.report("maximum", "value is \(maximum); expected at least the minimum, \(minimum)")
    }
    for (index, asset) in assets.enumerated() {
      if !known.contains(asset) {
        reader.report(
          "assets",
          "'\(asset)' is not in data.assets; expected some of \(known.joined(separator: ", "))")
      }
      if assets[..<index].contains(asset) {
        reader.report("assets", "'\(asset)' is given twice; expected every asset once")
      }
    }
  }

  /// The group in terms of positions.
  func value(assets known: [String]) -> WeightConstraints.Group {
    WeightConstraints.Group(
      name: name, members: assets.compactMap { known.firstIndex(of: $0) }, minimum: minimum,
      maximum: maximum)
  }
}
