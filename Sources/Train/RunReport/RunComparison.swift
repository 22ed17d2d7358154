internal import Autodiff
internal import Finance

/// Several runs side by side, read from their result files alone.
struct RunComparison: Sendable {
  /// One run's model.
  struct Entry: Sendable {
    /// The name in tables and charts.
    let name: String
    let path: String
    let dates: [CalendarDate]
    let returns: [Double]
    let cash: [Double]
    /// Its own risk parity, on its own universe and at its own costs, where the run has it.
    let parity: [Double]?
    let weights: Panel
    let summary: JSONValue
    let rowsPerYear: Double
    /// Rows from one decision to the next.
    let every: Int
  }

  let entries: [Entry]
  /// The dates that all runs cover, and each run's net and excess returns on them.
  let dates: [CalendarDate]
  let returns: [[Double]]
  private let excess: [[Double]]
  /// The same of each run's risk parity.
  private let parityExcess: [[Double]?]
  /// Rows that one period of the paired tests compounds.
  let period: Int
  /// The tests of every run (row) against every other (column).
  private(set) var tests: [[Test]] = []

  /// Reads the runs; throws an ``ExperimentError`` for one that is not finished and for runs that share
  /// too few dates.
  init(_ paths: [String]) throws {
    let names = Self.names(paths)
    entries = try zip(paths, names).map { try Self.read($0, name: $1) }
    var common = Set(entries[0].dates)
    for entry in entries.dropFirst() { common.formIntersection(entry.dates) }
    dates = common.sorted()
    let longest = entries.map(\.every).max() ?? 1
    period = longest
    guard dates.count >= 8 * longest else {
      let spans = entries.map { entry in
        "\(entry.name) \(entry.dates.first.map { "\($0)" } ?? "–") to "
          + "\(entry.dates.last.map { "\($0)" } ?? "–")"
      }
      throw ExperimentError(
        "the runs share \(dates.count) dates; expected at least \(8 * longest) "
          + "(\(spans.joined(separator: ", ")))")
    }
    let shared = dates
    func align(_ entry: Entry, _ values: [Double]) -> [Double] {
      let byDate = Dictionary(zip(entry.dates, values), uniquingKeysWith: { a, _ in a })
      return shared.compactMap { byDate[$0] }
    }
    returns = entries.map { align($0, $0.returns) }
    // Those of a report, where the runs have all dates in common.
    let periods = HoldingPeriods(
      tradeRows: Array(stride(from: 0, to: dates.count, by: longest)), rowCount: dates.count)
    func overCash(_ entry: Entry, _ values: [Double]) -> [Double] {
      zip(periods.compound(align(entry, values)), periods.compound(align(entry, entry.cash)))
        .map { $0 - $1 }
    }
    excess = entries.map { overCash($0, $0.returns) }
    parityExcess = entries.map { entry in entry.parity.map { overCash(entry, $0) } }
    tests = testPairs()
  }

  private static func names(_ paths: [String]) -> [String] {
    let short = paths.map { path in
      path.split(separator: "/").last.map(String.init) ?? path
    }
    return zip(paths, short).map { path, name in
      short.filter { $0 == name }.count > 1 ? path : name
    }
  }

  private static func read(_ path: String, name: String) throws -> Entry {
    let directory = try RunDirectory.existing(path)
    guard directory.isFinished else {
      throw ExperimentError(
        "\(directory.path): not finished yet; go on by 'train resume \(directory.path)'")
    }
    let table = try CSVPanelReader.read(directory.file("returns.csv"))
    let (config, _) = try ConfigDocument(contentsOf: directory.config).decode { Experiment($0) }
    return Entry(
      name: name, path: directory.path, dates: table.dates,
      returns: table.values.column(try table.index(of: "model")),
      cash: table.values.column(try table.index(of: "cash")),
      parity: table.columns.firstIndex(of: BaselineRule.riskParity.rawValue).map {
        table.values.column($0)
      },
      weights: try CSVPanelReader.read(directory.file("weights.csv")),
      summary: try ConfigDocument(contentsOf: directory.summary).root,
      rowsPerYear: config.data.rowsPerYear, every: config.decisions.every)
  }

  // MARK: Figures

  private var periodsPerYear: Double { entries[0].rowsPerYear / Double(period) }
  private var year: Double { periodsPerYear.squareRoot() }

  /// A run's figures on the shared dates, but for those that say so.
  struct Figures: Sendable {
    /// Geometric, per year.
    let annualReturn: Double
    /// Of periods in excess of cash, per year.
    let volatility: Double
    /// Annual, in excess of cash, with its 95 % interval.
    let sharpe: Double
    let interval: ClosedRange<Double>?
    let sortino: Double
    let maximumDrawdown: Double
    let conditionalDrawdown: Double
    let calmar: Double
    /// Of the whole run, per year.
    let turnover: Double
    let cost: Double
    /// The annual Sharpe ratio of the run's own risk parity; NaN without one.
    let paritySharpe: Double
    /// The best that constant budgets could have earned over the whole run.
    let ceiling: Double
  }

  /// The figures of a run.
  func figures(_ index: Int) -> Figures {
    let (entry, own) = (entries[index], returns[index])
    let statistics = SharpeStatistics(returns: excess[index])
    let (low, high) = (
      (statistics.sharpe - 1.959964 * statistics.standardError) * year,
      (statistics.sharpe + 1.959964 * statistics.standardError) * year
    )
    func stored(_ section: String, _ key: String) -> Double {
      entry.summary[section]?[key]?.double ?? .nan
    }
    return Figures(
      annualReturn: Measures.annualReturn(own, periodsPerYear: entry.rowsPerYear),
      volatility: Measures.annualVolatility(excess[index], periodsPerYear: periodsPerYear),
      sharpe: statistics.sharpe * year, interval: low <= high ? low...high : nil,
      sortino: Measures.sortinoRatio(excess[index], periodsPerYear: periodsPerYear),
      maximumDrawdown: Measures.maximumDrawdown(own, .compounded),
      conditionalDrawdown: Measures.conditionalDrawdownAtRisk(own, level: 0.95, .compounded),
      calmar: Measures.calmarRatio(own, periodsPerYear: entry.rowsPerYear),
      turnover: stored("model", "turnoverPerYear"), cost: stored("model", "costPerYear"),
      paritySharpe: parityExcess[index].map { SharpeStatistics(returns: $0).sharpe * year } ?? .nan,
      ceiling: stored("evidence", "hindsightCeiling"))
  }

  /// A paired test of two Sharpe ratios.
  struct Test: Sendable {
    /// Annual, the first less the second; NaN for the same returns, as are the others.
    var difference = Double.nan
    /// The smallest true difference that a two-sided 5 % test finds in four cases of five.
    var detectable = Double.nan
    /// Two-sided, by the stationary bootstrap.
    var pValue = Double.nan
  }

  private func testPairs() -> [[Test]] {
    let generator = SplitMix64(seed: 1).split("comparison")
    var tests = [[Test]](
      repeating: [Test](repeating: Test(), count: entries.count), count: entries.count)
    for i in entries.indices {
      for j in entries.indices where i < j {
        tests[i][j] = test(excess[i], excess[j], generator.split("\(i) \(j)"))
        tests[j][i] = tests[i][j]
        tests[j][i].difference.negate()
      }
    }
    return tests
  }

  /// The test of a run against its own risk parity.
  func testAgainstParity(_ index: Int) -> Test {
    guard let parity = parityExcess[index] else { return Test() }
    return test(
      excess[index], parity, SplitMix64(seed: 1).split("comparison").split("parity \(index)"))
  }

  private func test(_ first: [Double], _ second: [Double], _ generator: SplitMix64) -> Test {
    guard first != second else { return Test() }
    let paired = SharpeDifference(first, second)
    return Test(
      difference: (SharpeStatistics(returns: first).sharpe
        - SharpeStatistics(returns: second).sharpe) * year,
      detectable: RunEvidence.detectable * paired.standardError * year,
      pValue: paired.bootstrapPValue(
        resamples: StrategyEvidence.resamples, generator: generator))
  }
}
