internal import Finance

extension RunComparison {
  /// The table for a terminal.
  var text: String {
    var table = TextTable([
      .left("run"), .right("return %"), .right("excess vol. %"), .right("Sharpe"),
      .right("max drawdown %"), .right("CDaR95 %"), .right("turnover/y"), .right("cost %/y"),
      .right("of risk parity"), .right("ceiling"), .right("p vs first"), .right("detectable"),
    ])
    for index in entries.indices {
      let own = figures(index)
      func number(_ value: Double, _ digits: Int) -> String {
        value.isFinite ? NumberText.fixed(value, digits: digits) : "–"
      }
      table.append([
        entries[index].name, number(100 * own.annualReturn, 1), number(100 * own.volatility, 1),
        number(own.sharpe, 3), number(100 * own.maximumDrawdown, 1),
        number(100 * own.conditionalDrawdown, 1), number(own.turnover, 2),
        number(100 * own.cost, 2), number(own.sharpe / own.paritySharpe, 2),
        number(own.ceiling, 3),
        index == 0 ? "–" : RunReport.probability(tests[0][index].pValue),
        number(tests[0][index].detectable, 3),
      ])
    }
    return "\(dates[0]) to \(dates[dates.count - 1]), the dates that all runs share\n" + table.text
      + "ceiling: the best Sharpe ratio of constant budgets, in hindsight, over the whole run; "
      + "detectable: the smallest true difference to the first run that a 5 % test finds in four "
      + "cases of five\n"
  }

  /// The page.
  var document: ReportDocument {
    ReportDocument(
      title: "\(entries.count) runs compared",
      subtitle: "\(dates[0].unbroken) to \(dates[dates.count - 1].unbroken), out of sample, net of "
        + "costs.",
      sections: [results, path, holdings],
      footer: entries.map { "\($0.name): \($0.path)" }.joined(separator: "; ")
        + ". Past results of a simulation; not investment advice.")
  }

  // MARK: Results

  private static let measures: [MeasureTable.Measure] = [
    .init("Return", .percent(digits: 1), better: .higher, explanation: "geometric, per year"),
    .init("Volatility", .percent(digits: 1), explanation: "in excess of cash, per year"),
    .init("Sharpe", .number(digits: 2), better: .higher, explanation: "in excess of cash, annual"),
    .init("Sortino", .number(digits: 2), better: .higher, explanation: "in excess of cash, annual"),
    .init("Max drawdown", .percent(digits: 1), better: .lower, explanation: "compounded by row"),
    .init(
      "CDaR 95", .percent(digits: 1), better: .lower,
      explanation: "mean of the worst 5 % of drawdowns"),
    .init("Calmar", .number(digits: 2), better: .higher, explanation: "return / max drawdown"),
    .init(
      "Turnover", .number(digits: 2), better: .lower, explanation: "of the whole run, per year"),
    .init("Cost", .percent(digits: 2), better: .lower, explanation: "of the whole run, per year"),
  ]

  private static let yardsticks: [MeasureTable.Measure] = [
    .init("Sharpe", .number(digits: 3), better: .higher, explanation: "in excess of cash, annual"),
    .init(
      "Its risk parity", .number(digits: 3),
      explanation: "of the same assets at the same costs, on the shared dates"),
    .init("Ratio", .multiple(digits: 2), better: .higher),
    .init("p", .number(digits: 3), explanation: "of the difference to its risk parity"),
    .init(
      "Detectable", .number(digits: 3),
      explanation: "the smallest true difference to its risk parity that a 5 % test finds in four "
        + "cases of five"),
    .init(
      "Hindsight ceiling", .number(digits: 3),
      explanation: "the best that constant budgets could have earned over the whole run"),
  ]

  private var results: ReportSection {
    let names = entries.map(\.name)
    let all = entries.indices.map { figures($0) }
    func map(
      _ title: String, _ axis: String, _ shading: HeatMap.Shading, scale: Double? = nil,
      note: String = "", _ value: (Test) -> Double
    ) -> ReportContent {
      .map(
        HeatMap(
          title, axisTitle: axis, format: .number(digits: 3), shading: shading, scale: scale,
          rows: names, columns: names, values: tests.map { $0.map(value) }, note: note))
    }
    return ReportSection(
      "Results",
      "On the \(dates.count) dates that all runs share, net of each run's own costs.",
      content: [
        .measures(
          MeasureTable(
            "Models", rowHeader: "Run", measures: Self.measures,
            rows: zip(names, all).map { name, own in
              MeasureTable.Row(
                name,
                [
                  .init(own.annualReturn), .init(own.volatility),
                  .init(own.sharpe, interval: own.interval), .init(own.sortino),
                  .init(own.maximumDrawdown), .init(own.conditionalDrawdown), .init(own.calmar),
                  .init(own.turnover), .init(own.cost),
                ])
            },
            notes: ["In small print the 95 % interval of the Sharpe ratio."])),
        .measures(
          MeasureTable(
            "Yardsticks", rowHeader: "Run", measures: Self.yardsticks,
            rows: entries.indices.map { index in
              let (own, parity) = (all[index], testAgainstParity(index))
              return MeasureTable.Row(
                names[index],
                [
                  own.sharpe, own.paritySharpe, own.sharpe / own.paritySharpe, parity.pValue,
                  parity.detectable, own.ceiling,
                ].map { MeasureTable.Cell($0) })
            },
            notes: [
              """
              Each run beside risk parity of its own assets. Detectable is the smallest true difference \
              that a two-sided 5 % test on these dates finds in four cases of five; a smaller one is no \
              evidence either way. The hindsight ceiling is the best Sharpe ratio that never changing \
              budgets could have had over the whole run: more than it takes timing, or luck.
              """
            ])),
        map(
          "Differences of Sharpe ratios", "annual, row less column", .diverging, \.difference),
        map(
          "Differences that could be seen",
          "the smallest true difference that a 5 % test finds in four cases of five, annual",
          .sequential, \.detectable),
        map(
          "Are they differences?", "two-sided p-values, stationary bootstrap of pairs", .sequential,
          scale: 1,
          note:
            "Periods of \(period) rows. The more runs are compared, the smaller a p-value has to "
            + "be: with \(entries.count) runs there are "
            + "\(entries.count * (entries.count - 1) / 2) pairs.", \.pValue),
      ])
  }

  // MARK: Charts

  private var path: ReportSection {
    let days = dates.map(\.days)
    func series(_ values: ([Double]) -> [Double]) -> [DatedSeries] {
      entries.indices.map {
        DatedSeries(entries[$0].name, days: days, values: values(returns[$0]), role: .member)
      }
    }
    return ReportSection(
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
  }

  private var holdings: ReportSection {
    ReportSection(
      "What they held",
      content: entries.map { entry in
        .areas(
          AreaChart(
            entry.name, axisTitle: "weights", days: entry.weights.dates.map(\.days),
            layers: entry.weights.columns.enumerated().map {
              AreaChart.Layer($0.element, entry.weights.values.column($0.offset))
            }))
      })
  }
}
