internal import Finance

/// What one strategy came to under one scenario, as one row of a stress test's tables.
struct StressFigures: Sendable, Equatable {
  /// What was done: `20 bp`.
  let scenario: String
  /// Where the scenario stands on its axis (20 for 20 bp); NaN where it has none.
  let level: Double
  /// The name of the strategy in reports.
  let strategy: String
  let annualReturn: Double
  let annualVolatility: Double
  let sharpeRatio: Double
  let maximumDrawdown: Double
  let conditionalDrawdown95: Double
  let turnoverPerYear: Double
  let costPerYear: Double
  /// The 5 % and 95 % quantiles of the Sharpe ratio over random draws; NaN where nothing was drawn.
  var sharpeLow = Double.nan
  var sharpeHigh = Double.nan

  init(_ scenario: String, level: Double = .nan, strategy: String, _ summary: PerformanceSummary) {
    self.scenario = scenario
    self.level = level
    self.strategy = strategy
    annualReturn = summary.annualReturn
    annualVolatility = summary.annualVolatility
    sharpeRatio = summary.sharpeRatio
    maximumDrawdown = summary.maximumDrawdown
    conditionalDrawdown95 = summary.conditionalDrawdown95
    turnoverPerYear = summary.turnoverPerYear
    costPerYear = summary.costPerYear
  }

  /// The mean over random draws, with the spread of the Sharpe ratio.
  init(_ scenario: String, level: Double, strategy: String, draws: [PerformanceSummary]) {
    func mean(_ value: (PerformanceSummary) -> Double) -> Double { Measures.mean(draws.map(value)) }
    self.scenario = scenario
    self.level = level
    self.strategy = strategy
    annualReturn = mean(\.annualReturn)
    annualVolatility = mean(\.annualVolatility)
    sharpeRatio = mean(\.sharpeRatio)
    maximumDrawdown = mean(\.maximumDrawdown)
    conditionalDrawdown95 = mean(\.conditionalDrawdown95)
    turnoverPerYear = mean(\.turnoverPerYear)
    costPerYear = mean(\.costPerYear)
    sharpeLow = Measures.quantile(draws.map(\.sharpeRatio), 0.05)
    sharpeHigh = Measures.quantile(draws.map(\.sharpeRatio), 0.95)
  }

  private static let keys = [
    "level", "return", "volatility", "sharpe", "drawdown", "cdar", "turnover", "cost", "sharpeLow",
    "sharpeHigh",
  ]

  var numbers: [Double] {
    [
      level, annualReturn, annualVolatility, sharpeRatio, maximumDrawdown, conditionalDrawdown95,
      turnoverPerYear, costPerYear, sharpeLow, sharpeHigh,
    ]
  }

  var json: JSONValue {
    JSONValue(
      object: [("scenario", JSONValue(scenario)), ("strategy", JSONValue(strategy))]
        + zip(Self.keys, numbers).map { ($0, JSONValue($1)) })
  }

  /// Reads what ``json`` wrote; throws an ``ExperimentError`` naming what does not fit.
  init(_ json: JSONValue, file: String) throws {
    let reader = StoredJSON(json, file: file)
    guard let scenario = try reader.value("scenario").string,
      let strategy = try reader.value("strategy").string
    else { throw reader.fault("a scenario or strategy is not a text") }
    let n = try Self.keys.map { try reader.numbers(JSONValue(.array([reader.value($0)])), $0)[0] }
    self.scenario = scenario
    self.strategy = strategy
    level = n[0]
    annualReturn = n[1]
    annualVolatility = n[2]
    sharpeRatio = n[3]
    maximumDrawdown = n[4]
    conditionalDrawdown95 = n[5]
    turnoverPerYear = n[6]
    costPerYear = n[7]
    sharpeLow = n[8]
    sharpeHigh = n[9]
  }
}
