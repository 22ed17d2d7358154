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
    let weights: Panel
    let summary: JSONValue
    let rowsPerYear: Double
    /// Rows from one decision to the next.
    let every: Int
  }

  let entries: [Entry]
  /// The dates that all runs cover, and each run's net and excess returns on them.
  private let dates: [CalendarDate]
  private let returns: [[Double]]
  private let excess: [[Double]]
  /// Rows that one period of the paired tests compounds.
  private let period: Int

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
    let boundaries = Array(stride(from: 0, through: dates.count, by: longest))
    excess = entries.map { entry in
      zip(
        Measures.compounded(align(entry, entry.returns), boundaries: boundaries),
        Measures.compounded(align(entry, entry.cash), boundaries: boundaries)
      ).map { $0 - $1 }
    }
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
      weights: try CSVPanelReader.read(directory.file("weights.csv")),
      summary: try ConfigDocument(contentsOf: directory.summary).root,
      rowsPerYear: config.data.rowsPerYear, every: config.decisions.every)
  }

  // MARK: Figures

  private var periodsPerYear: Double { entries[0].rowsPerYear / Double(period) }

  private func figure(_ entry: Entry, _ key: String) -> Double {
    entry.summary["model"]?[key]?.double ?? .nan
  }

  /// Of the shared dates: return, volatility, Sharpe ratio with its interval, drawdowns; of the whole
  /// run: turnover and cost.
  private func cells(_ index: Int) -> [MeasureTable.Cell] {
    let statistics = SharpeStatistics(returns: excess[index])
    let year = periodsPerYear.squareRoot()
    let (low, high) = (
      (statistics.sharpe - 1.959964 * statistics.standardError) * year,
      (statistics.sharpe + 1.959964 * statistics.standardError) * year
    )
    return [
      .init(Measures.annualReturn(returns[index], periodsPerYear: entries[0].rowsPerYear)),
      .init(Measures.annualVolatility(excess[index], periodsPerYear: periodsPerYear)),
      .init(statistics.sharpe * year, interval: low <= high ? low...high : nil),
      .init(Measures.maximumDrawdown(returns[index], .compounded)),
      .init(
        Measures.conditionalDrawdownAtRisk(returns[index], level: 0.95, .compounded)),
      .init(figure(entries[index], "turnoverPerYear")),
      .init(figure(entries[index], "costPerYear")),
    ]
  }

  /// Differences of annual Sharpe ratios (row less column) and their p-values.
  private var tests: (differences: [[Double]], pValues: [[Double]]) {
    let generator = SplitMix64(seed: 1).split("comparison")
    let year = periodsPerYear.squareRoot()
    var differences = [[Double]](
      repeating: [Double](repeating: .nan, count: entries.count), count: entries.count)
    var pValues = differences
    for i in entries.indices {
      for j in entries.indices where i < j && excess[i] != excess[j] {
        let test = SharpeDifference(excess[i], excess[j])
        let p = test.bootstrapPValue(
          resamples: StrategyEvidence.resamples, generator: generator.split("\(i) \(j)"))
        let difference =
          (SharpeStatistics(returns: excess[i]).sharpe
            - SharpeStatistics(returns: excess[j]).sharpe) * year
        (differences[i][j], differences[j][i]) = (difference, -difference)
        (pValues[i][j], pValues[j][i]) = (p, p)
      }
    }
    return (differences, pValues)
  }

  // MARK: Output

  private static let measures: [MeasureTable.Measure] = [
    .init("Return", .percent(digits: 1), better: .higher, explanation: "geometric, per year"),
    .init("Volatility", .percent(digits: 1), explanation: "in excess of cash, per year"),
    .init("Sharpe", .number(digits: 2), better: .higher, explanation: "in excess of cash, annual"),
    .init("Max drawdown", .percent(digits: 1), better: .lower, explanation: "compounded, daily"),
    .init("CDaR 95", .percent(digits: 1), better: .lower),
    .init(
      "Turnover", .number(digits: 2), better: .lower, explanation: "of the whole run, per year"),
    .init("Cost", .percent(digits: 2), better: .lower, explanation: "of the whole run, per year"),
  ]

  /// The table for a terminal.
  var text: String {
    var table = TextTable(
      [.left("run")]
        + Self.measures.map { .right($0.name + $0.format.headerSuffix) } + [.right("p vs first")])
    let tests = tests
    for index in entries.indices {
      let cells = zip(cells(index), Self.measures).map { $1.format.bareText($0.value) }
      table.append(
        [entries[index].name] + cells
          + [index == 0 ? "–" : RunReport.probability(tests.pValues[0][index])])
    }
    return "\(dates[0]) to \(dates[dates.count - 1]), the dates that all runs share\n" + table.text
  }

  /// The page.
  var document: ReportDocument {
    let days = dates.map(\.days)
    func series(_ values: ([Double]) -> [Double]) -> [DatedSeries] {
      entries.indices.map {
        DatedSeries(entries[$0].name, days: days, values: values(returns[$0]), role: .member)
      }
    }
    let tests = tests
    let names = entries.map(\.name)
    let results = ReportSection(
      "Results",
      "On the \(dates.count) dates that all runs share, net of each run's own costs.",
      content: [
        .measures(
          MeasureTable(
            "Models", rowHeader: "Run", measures: Self.measures,
            rows: entries.indices.map { MeasureTable.Row(names[$0], cells($0)) },
            notes: ["In small print the 95 % interval of the Sharpe ratio."])),
        .map(
          HeatMap(
            "Differences of Sharpe ratios", axisTitle: "annual, row less column",
            format: .number(digits: 3), shading: .diverging, rows: names, columns: names,
            values: tests.differences)),
        .map(
          HeatMap(
            "Are they differences?",
            axisTitle: "two-sided p-values, stationary bootstrap of pairs",
            format: .number(digits: 3), shading: .sequential, scale: 1, rows: names,
            columns: names, values: tests.pValues,
            note:
              "Periods of \(period) rows. The more runs are compared, the smaller a p-value has "
              + "to be: with \(entries.count) runs there are "
              + "\(entries.count * (entries.count - 1) / 2) pairs.")),
      ])
    let path = ReportSection(
      "The way there",
      content: [
        .lines(
          LineChart(
            "Growth of 1", axisTitle: "value of 1 invested", scale: .logarithmic,
            series: series { Measures.netAssetValue($0) })),
        .drawdowns(
          DrawdownChart(
            "Drawdowns", axisTitle: "below the last peak, compounded",
            series: series { Measures.drawdowns($0, .compounded).map { -$0 } })),
      ])
    let holdings = ReportSection(
      "What they held",
      content: entries.map { entry in
        .areas(
          AreaChart(
            entry.name, axisTitle: "weights", days: entry.weights.dates.map(\.days),
            layers: entry.weights.columns.enumerated().map {
              AreaChart.Layer($0.element, entry.weights.values.column($0.offset))
            }))
      })
    return ReportDocument(
      title: "\(entries.count) runs compared",
      subtitle: "\(dates[0]) to \(dates[dates.count - 1]), out of sample, net of costs.",
      sections: [results, path, holdings],
      footer: entries.map { "\($0.name): \($0.path)" }.joined(separator: "; ")
        + ". Past results of a simulation; not investment advice.")
  }
}
