internal import Finance

/// Beyond the data's end.
extension StressResult {
  func content(
    _ family: StressUnit.Family, _ rows: [FutureSummary], every: Int, model: String
  ) -> [ReportContent] {
    guard let first = rows.first else { return [] }
    switch family {
    case .paths:
      return [
        .curves(fan(rows, every: every, model: model)),
        table(
          "\(NumberText.fixed(Double(first.paths), digits: 0)) simulated futures", rows,
          note:
            "Three normal regimes and a Markov chain, estimated by maximum likelihood on the whole "
            + "history; the first decision is that of the last date. Indicators keep their last "
            + "values, cash earns what it did of late. Every path is traded at the run's costs."),
      ]
    case .replay:
      return [
        table(
          "History's shocks replayed from the last date", rows,
          note: "The returns of each stretch happen again after the last date of the data, and the "
            + "strategies decide as they go.")
      ]
    case .breakdown:
      let loss = NumberText.fixed(-100 * FutureStress.breakdownStocks, digits: 0)
      let bonds = NumberText.fixed(-100 * FutureStress.breakdownBonds, digits: 0)
      let correlation = NumberText.fixed(FutureStress.breakdownCorrelation, digits: 2)
      return breakdownCurves(rows, every: every, model: model) + [
        table(
          "Correlation breakdown", rows,
          note: """
            Rows of the last 1,000, drawn in blocks: as they were; with every correlation of stocks and \
            bonds forced to \(correlation) at unchanged volatilities; and with stocks losing \(loss) % and \
            bonds \(bonds) % a year as well, the story of 2022.
            """)
      ]
    default: return []
    }
  }

  /// The model's wealth in each breakdown, horizon by horizon: scenarios are named `60 rows, KIND`.
  private func breakdownCurves(
    _ rows: [FutureSummary], every: Int, model: String
  ) -> [ReportContent] {
    let own = rows.filter { $0.strategy == model }
    func parts(_ row: FutureSummary) -> (horizon: String, kind: String) {
      let words = row.scenario.split(separator: ",", maxSplits: 1)
      return (String(words[0]), words.count > 1 ? String(words[1].dropFirst()) : row.scenario)
    }
    var horizons: [String] = []
    for row in own where !horizons.contains(parts(row).horizon) {
      horizons.append(parts(row).horizon)
    }
    let probabilities = FutureSummary.probabilities
    func quantile(_ row: FutureSummary, _ p: Double) -> [Double] {
      let place = probabilities.firstIndex(of: p) ?? 0
      return row.wealth.map { $0[place] }
    }
    return horizons.map { horizon in
      let all = own.filter { parts($0).horizon == horizon }
      let x = (all.first?.wealth.indices).map { $0.map { Double($0 * every) } } ?? []
      return .curves(
        CurveChart(
          "Correlation breakdown, \(horizon)",
          axisTitle: "the model's value, from 1: medians; bands hold 90 % of paths",
          xTitle: "rows from the last date", format: .number(digits: 3),
          curves: all.map { .init(parts($0).kind, x: x, y: quantile($0, 0.5), role: .member) },
          bands: all.map {
            .init(parts($0).kind, x: x, lower: quantile($0, 0.05), upper: quantile($0, 0.95))
          }))
    }
  }

  private func fan(_ rows: [FutureSummary], every: Int, model: String) -> CurveChart {
    let probabilities = FutureSummary.probabilities
    func quantile(_ row: FutureSummary, _ p: Double) -> [Double] {
      let place = probabilities.firstIndex(of: p) ?? 0
      return row.wealth.map { $0[place] }
    }
    // Three fans would hide one another: the model's is shaded, the others show their medians and tails.
    let x = (rows.first?.wealth.indices).map { $0.map { Double($0 * every) } } ?? []
    let own = rows.filter { $0.strategy == model }
    return CurveChart(
      "Simulated futures",
      axisTitle: "value of 1 invested: medians; the model's bands hold 50 and 90 % of paths",
      xTitle: "rows from the last date", format: .number(digits: 3),
      curves: rows.map {
        .init(
          $0.strategy, x: x, y: quantile($0, 0.5), role: $0.strategy == model ? .model : .baseline)
      },
      bands: own.flatMap { row in
        [
          CurveChart.Band(
            row.strategy, x: x, lower: quantile(row, 0.05), upper: quantile(row, 0.95)),
          CurveChart.Band(
            row.strategy, x: x, lower: quantile(row, 0.25), upper: quantile(row, 0.75)),
        ]
      })
  }

  private func table(_ title: String, _ rows: [FutureSummary], note: String) -> ReportContent {
    let isOne = rows.allSatisfy { $0.paths == 1 }
    func percent(_ value: Double) -> String { NumberText.fixed(100 * value, digits: 1) }
    func at(_ values: [Double], _ p: Double) -> Double {
      values[FutureSummary.probabilities.firstIndex(of: p) ?? 0]
    }
    let columns: [ReportTable.Column] =
      [.text("Scenario"), .text("strategy")]
      + (isOne
        ? [.number("return, %"), .number("max drawdown, %")]
        : [
          .number("median return, %"), .number("5 % to 95 %"), .number("loss in, % of paths"),
          .number("median drawdown, %"), .number("drawdown 1 in 20, %"),
        ]) + [.number("volatility, %"), .number("turnover")]
    return .table(
      ReportTable(
        title, columns: columns,
        rows: rows.map { row in
          let last = row.wealth.last ?? FutureSummary.probabilities.map { _ in 1 }
          let middle =
            isOne
            ? [percent(at(last, 0.5) - 1), percent(at(row.drawdown, 0.5))]
            : [
              percent(at(last, 0.5) - 1),
              "\(percent(at(last, 0.05) - 1)) to \(percent(at(last, 0.95) - 1))",
              percent(row.lossShare), percent(at(row.drawdown, 0.5)),
              percent(at(row.drawdown, 0.95)),
            ]
          return [row.scenario, row.strategy] + middle
            + [percent(row.volatility), NumberText.fixed(row.turnover, digits: 2)]
        }, notes: [note]))
  }
}
