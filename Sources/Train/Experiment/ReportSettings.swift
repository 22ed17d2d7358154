internal import Finance

/// What the report needs to know beyond the experiment itself; nothing here changes a result.
struct ReportSettings: Sendable {
  /// Assets that stand for stocks: lead times and correlation breakdowns are about them.
  var equities: [String]
  /// Assets that stand for bonds.
  var bonds: [String]
  /// How many configurations were tried before this one was chosen, itself included.
  var trials: Int

  init(_ reader: ConfigReader, assets: [String]) {
    equities = reader.about(
      "assets that are stocks, for lead times before falls and for correlation breakdowns"
    )
    .strings("equities", default: [])
    bonds = reader.about("assets that are bonds, for correlation breakdowns")
      .strings("bonds", default: [])
    trials = reader.about(
      "configurations tried before this one was chosen, itself included: deflates the Sharpe ratio"
    )
    .int("trials", default: 1, in: 1...1_000_000_000)
    for (key, names) in [("equities", equities), ("bonds", bonds)] {
      for name in names where !assets.contains(name) {
        reader.report(
          key, "value '\(name)' is not in data.assets\(Spelling.hint(for: name, among: assets))")
      }
    }
    for name in equities where bonds.contains(name) {
      reader.report("bonds", "value '\(name)' is among the equities too; expected one of them")
    }
  }
}
