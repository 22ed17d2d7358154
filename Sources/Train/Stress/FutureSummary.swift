internal import Finance

/// The distribution of a strategy's outcomes over simulated futures: quantiles of what matters.
struct FutureSummary: Sendable, Equatable {
  static let probabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]

  let scenario: String
  let strategy: String
  let paths: Int
  /// Quantiles of the wealth after each period `[time][probability]`.
  let wealth: [[Double]]
  /// Quantiles of the largest drawdown.
  let drawdown: [Double]
  /// The mean annual volatility.
  let volatility: Double
  /// The mean turnover over the future.
  let turnover: Double
  /// The share of paths that end below where they began.
  let lossShare: Double

  init(_ scenario: String, strategy: String, _ outcomes: [FutureOutcome]) {
    self.scenario = scenario
    self.strategy = strategy
    paths = outcomes.count
    let times = outcomes.first?.wealth.count ?? 0
    wealth = (0..<times).map { t in
      let values = outcomes.map { $0.wealth[t] }.sorted()
      return Self.probabilities.map { Measures.quantile(values, $0) }
    }
    let drawdowns = outcomes.map(\.drawdown).sorted()
    drawdown = Self.probabilities.map { Measures.quantile(drawdowns, $0) }
    volatility = Measures.mean(outcomes.map(\.volatility))
    turnover = Measures.mean(outcomes.map(\.turnover))
    lossShare =
      Double(outcomes.filter { ($0.wealth.last ?? 1) < 1 }.count) / Double(max(1, outcomes.count))
  }

  var json: JSONValue {
    JSONValue(object: [
      ("scenario", JSONValue(scenario)), ("strategy", JSONValue(strategy)),
      ("paths", JSONValue(paths)),
      ("wealth", JSONValue(.array(wealth.map { JSONValue($0) }))),
      ("drawdown", JSONValue(drawdown)), ("volatility", JSONValue(volatility)),
      ("turnover", JSONValue(turnover)), ("lossShare", JSONValue(lossShare)),
    ])
  }

  /// Reads what ``json`` wrote; throws an ``ExperimentError`` naming what does not fit.
  init(_ json: JSONValue, file: String) throws {
    let reader = StoredJSON(json, file: file)
    guard let scenario = try reader.value("scenario").string,
      let strategy = try reader.value("strategy").string
    else { throw reader.fault("a scenario or strategy is not a text") }
    self.scenario = scenario
    self.strategy = strategy
    paths = Int(try reader.number("paths"))
    wealth = try reader.elements(try reader.value("wealth"), "wealth").map {
      try reader.numbers($0, "wealth")
    }
    drawdown = try reader.numbers("drawdown")
    volatility = try reader.number("volatility")
    turnover = try reader.number("turnover")
    lossShare = try reader.number("lossShare")
    guard ([drawdown] + wealth).allSatisfy({ $0.count == Self.probabilities.count }) else {
      throw reader.fault("its quantiles are not \(Self.probabilities.count)")
    }
  }
}
