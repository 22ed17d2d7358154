internal import Finance

/// Everything a stress test found, as the report shows it; kept in `stress.json`.
struct StressResult: Sendable, Equatable {
  /// Figures of the families on the tested history, in order.
  var figures: [(family: StressUnit.Family, rows: [StressFigures])] = []
  /// Distributions of the families beyond the data's end.
  var futures: [(family: StressUnit.Family, rows: [FutureSummary])] = []

  static func == (lhs: StressResult, rhs: StressResult) -> Bool { lhs.json == rhs.json }

  static func file(_ directory: RunDirectory) -> String { directory.file("stress.json") }

  /// The name of a followed strategy in reports.
  static func title(_ index: Int, model: String) -> String {
    [model, "Risk parity", "Equal weight"][index]
  }

  init() {}

  mutating func add(_ part: JSONValue, of unit: StressUnit, file: String) throws {
    let elements = try StoredJSON(part, file: file).elements(part, "result")
    switch unit.family {
    case .replay, .breakdown:
      append(unit.family, try elements.map { try FutureSummary($0, file: file) })
    default:
      let rows = try elements.map { try StressFigures($0, file: file) }
      if let index = figures.firstIndex(where: { $0.family == unit.family }) {
        figures[index].rows += rows
      } else {
        figures.append((unit.family, rows))
      }
    }
  }

  private mutating func append(_ family: StressUnit.Family, _ rows: [FutureSummary]) {
    if let index = futures.firstIndex(where: { $0.family == family }) {
      futures[index].rows += rows
    } else {
      futures.append((family, rows))
    }
  }

  mutating func add(paths outcomes: [[FutureOutcome]], model: String) {
    append(
      .paths,
      FrozenEnsemble.futureStrategies.indices.map { k in
        FutureSummary(
          "simulated", strategy: Self.title(k, model: model), outcomes.map { $0[k] })
      })
  }

  var json: JSONValue {
    JSONValue(object: [
      (
        "figures",
        JSONValue(
          object: figures.map { ($0.family.rawValue, JSONValue(.array($0.rows.map(\.json)))) })
      ),
      (
        "futures",
        JSONValue(
          object: futures.map { ($0.family.rawValue, JSONValue(.array($0.rows.map(\.json)))) })
      ),
    ])
  }

  /// What an earlier `train stress` left in a run's directory, or nil.
  init?(in directory: RunDirectory) throws {
    let path = Self.file(directory)
    guard directory.exists(path) else { return nil }
    let stored = try StoredJSON(contentsOf: path)
    func families<Row>(
      _ key: String, _ read: (JSONValue) throws -> Row
    ) throws -> [(family: StressUnit.Family, rows: [Row])] {
      try (stored.value(key).members ?? []).map { member in
        guard let family = StressUnit.Family(rawValue: member.key) else {
          throw stored.fault("knows no family '\(member.key)'")
        }
        return (family, try stored.elements(member.value, key).map(read))
      }
    }
    figures = try families("figures") { try StressFigures($0, file: path) }
    futures = try families("futures") { try FutureSummary($0, file: path) }
  }

  /// The figures on the tested history, for a spreadsheet.
  var table: CSVWriter {
    var table = CSVWriter(columns: [
      "Family", "Scenario", "Strategy", "Level", "Return", "Volatility", "Sharpe", "MaxDrawdown",
      "CDaR95", "Turnover", "Cost", "SharpeLow", "SharpeHigh",
    ])
    for (family, rows) in figures {
      for row in rows {
        table.append(
          [.text(family.rawValue), .text(row.scenario), .text(row.strategy)]
            + row.numbers.map { .number($0) })
      }
    }
    return table
  }
}
