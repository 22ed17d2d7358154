internal import Finance

extension StressResult {
  /// The section of the report.
  func section(every: Int, model: String) -> ReportSection {
    ReportSection(
      "Stress tests",
      """
      The trained networks, frozen, where something else is changed. On the tested history: other costs, \
      rhythms and lags, other measures of risk, inputs missing or noisy, forecasts wrong. Beyond it: \
      simulated years, history's shocks replayed from the last date of the data, and stocks and bonds \
      falling together.
      """,
      content: figures.flatMap { content($0.family, $0.rows, model: model) }
        + futures.flatMap { content($0.family, $0.rows, every: every, model: model) })
  }

  // MARK: On the tested history

  private func content(
    _ family: StressUnit.Family, _ rows: [StressFigures], model: String
  ) -> [ReportContent] {
    guard !rows.isEmpty else { return [] }
    switch family {
    case .costs:
      return [
        curves("Sharpe ratio by the cost of trading", "cost, bp", rows, model: model),
        byLevel(
          "Sharpe ratio at other costs", rows,
          note: "The weights are those decided at the run's own cost."),
      ]
    case .lag:
      return [
        curves("Sharpe ratio by execution lag", "rows from decision to trade", rows, model: model),
        byLevel("Sharpe ratio at other lags", rows, note: "Rows from a decision to its trade."),
      ]
    case .rebalancing:
      return [
        table(
          "From daily to quarterly", rows,
          note:
            "The networks are those trained at the run's own rhythm; more often than that, each "
            + "decision looks back on decisions as far apart as in training.")
      ]
    case .measures:
      return [
        table(
          "The same budgets by other measures of risk", rows,
          note: "Risk parity stands for equal budgets. CVaR, CDaR and mean absolute deviation are "
            + "exact, over the 250 rows before each decision.")
      ]
    case .missing:
      return [
        table(
          "Inputs missing", rows,
          note: "A missing input has its mean of the training period.")
      ]
    case .noise:
      return [
        curves(
          "Sharpe ratio under noisy inputs", "noise, % of a standard deviation", rows, model: model),
        table("Noisy inputs", rows, note: "Means over random draws."),
      ]
    case .forecast:
      return [
        curves(
          "Sharpe ratio under wrong volatility forecasts", "error, ± %", rows, model: model),
        table(
          "Wrong volatility forecasts", rows,
          note: "Every asset's forecast is off by the error, up or down at random, on every date."),
      ]
    case .replay, .breakdown, .paths: return []
    }
  }

  private func curves(
    _ title: String, _ xTitle: String, _ rows: [StressFigures], model: String
  ) -> ReportContent {
    var names: [String] = []
    for row in rows where !names.contains(row.strategy) { names.append(row.strategy) }
    let own = names.map { name in rows.filter { $0.strategy == name } }
    let hasBands = rows.contains { $0.sharpeLow.isFinite }
    return .curves(
      CurveChart(
        title,
        axisTitle: "annual, in excess of cash" + (hasBands ? "; bands hold 90 % of draws" : ""),
        xTitle: xTitle,
        curves: zip(names, own).map { name, rows in
          .init(
            name, x: rows.map(\.level), y: rows.map(\.sharpeRatio),
            role: name == model ? .model : .baseline)
        },
        bands: hasBands
          ? zip(names, own).map { name, rows in
            .init(
              name, x: rows.map(\.level), lower: rows.map(\.sharpeLow),
              upper: rows.map(\.sharpeHigh))
          } : []))
  }

  /// Strategies against levels: the Sharpe ratio alone.
  private func byLevel(_ title: String, _ rows: [StressFigures], note: String) -> ReportContent {
    var (names, levels): ([String], [String]) = ([], [])
    for row in rows {
      if !names.contains(row.strategy) { names.append(row.strategy) }
      if !levels.contains(row.scenario) { levels.append(row.scenario) }
    }
    return .table(
      ReportTable(
        title, columns: [.text("Strategy")] + levels.map { .number($0) },
        rows: names.map { name in
          [name]
            + levels.map { level in
              let row = rows.first { $0.strategy == name && $0.scenario == level }
              return NumberText.fixed(row?.sharpeRatio ?? .nan, digits: 3)
            }
        }, notes: [note]))
  }

  private func table(_ title: String, _ rows: [StressFigures], note: String) -> ReportContent {
    func percent(_ value: Double, _ digits: Int = 1) -> String {
      value.isFinite ? NumberText.fixed(100 * value, digits: digits) : "–"
    }
    func ratio(_ row: StressFigures) -> String {
      let own = NumberText.fixed(row.sharpeRatio, digits: 3)
      guard row.sharpeLow.isFinite else { return own }
      return own + " (\(NumberText.fixed(row.sharpeLow, digits: 3)) to "
        + "\(NumberText.fixed(row.sharpeHigh, digits: 3)))"
    }
    return .table(
      ReportTable(
        title,
        columns: [
          .text("Scenario"), .text("strategy"), .number("Sharpe"), .number("return, %"),
          .number("volatility, %"), .number("max drawdown, %"), .number("CDaR 95, %"),
          .number("turnover"), .number("cost, %"),
        ],
        rows: rows.map { row in
          [
            row.scenario, row.strategy, ratio(row), percent(row.annualReturn),
            percent(row.annualVolatility), percent(row.maximumDrawdown),
            percent(row.conditionalDrawdown95), NumberText.fixed(row.turnoverPerYear, digits: 2),
            percent(row.costPerYear, 2),
          ]
        }, notes: [note]))
  }

  // MARK: Beyond the data's end

  private func content(
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
      return [
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
