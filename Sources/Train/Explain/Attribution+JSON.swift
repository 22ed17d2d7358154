internal import Finance

extension Attribution {
  /// For `explain.json`: everything, so that a report can be rebuilt.
  var json: JSONValue {
    func table(_ rows: [[Double]]) -> JSONValue { JSONValue(.array(rows.map { JSONValue($0) })) }
    func tables(_ values: [[[Double]]]) -> JSONValue { JSONValue(.array(values.map(table))) }
    return JSONValue(object: [
      ("groups", JSONValue(groups)),
      ("assets", JSONValue(assets)),
      ("dates", JSONValue(dates.map(\.description))),
      ("states", JSONValue(states)),
      ("regimes", JSONValue(.array(regimes.map { JSONValue($0) }))),
      ("backgrounds", JSONValue(backgrounds)),
      ("base", table(base)), ("full", table(full)), ("shares", tables(shares)),
      ("errors", errors.map(tables) ?? nil),
    ])
  }

  /// Reads what ``json`` wrote; throws an ``ExperimentError`` naming what does not fit.
  init(_ json: JSONValue, file: String) throws {
    let reader = StoredJSON(json, file: file)
    func table(_ value: JSONValue, _ key: String) throws -> [[Double]] {
      try reader.elements(value, key).map { try reader.numbers($0, key) }
    }
    let groups = try reader.strings("groups")
    let assets = try reader.strings("assets")
    let dates = try reader.dates("dates")
    let shares = try reader.elements(try reader.value("shares"), "shares").map {
      try table($0, "shares")
    }
    let errors = try json["errors"].flatMap { value -> [[[Double]]]? in
      guard value.content != .null else { return nil }
      return try reader.elements(value, "errors").map { try table($0, "errors") }
    }
    let width = FeatureGame.width(assets: assets.count)
    let base = try table(try reader.value("base"), "base")
    let full = try table(try reader.value("full"), "full")
    let states =
      try json["states"].map { _ in try reader.strings("states") } ?? Self.volatilityStates
    let regimes = try reader.numbers(try reader.value("regimes"), "regimes").map { Int($0) }
    guard shares.count == groups.count, regimes.count == dates.count,
      regimes.allSatisfy(states.indices.contains),
      ([base, full] + shares + (errors ?? [])).allSatisfy({ values in
        values.count == dates.count && values.allSatisfy { $0.count == width }
      })
    else { throw reader.fault("the sizes of its tables do not fit together") }
    self.init(
      groups: groups, assets: assets, dates: dates, states: states, regimes: regimes, base: base,
      full: full,
      shares: shares, errors: errors, backgrounds: Int(try reader.number("backgrounds")))
  }

  /// Long form: date, regime, value, group, share.
  var table: CSVWriter {
    var table = CSVWriter(
      columns: ["Date", "Regime", "Value", "Group", "Share"]
        + (errors == nil ? [] : ["StandardError"]))
    let names =
      assets.map { "budget \($0)" } + assets.map { "weight \($0)" } + ["volatility"]
    for (d, date) in dates.enumerated() {
      for (k, name) in names.enumerated() {
        for (g, group) in groups.enumerated() {
          table.append(
            [
              .day(date.days), .text(states[regimes[d]]), .text(name), .text(group),
              .number(shares[g][d][k]),
            ] + (errors.map { [.number($0[g][d][k])] } ?? []))
        }
      }
    }
    return table
  }
}
