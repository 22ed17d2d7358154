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
        curves(
          "Sharpe ratio by the rhythm of trading", "rows between decisions", rows, model: model),
        table(
          "From daily to quarterly", rows,
          note:
            "The networks are those trained at the run's own rhythm; more often than that, each "
            + "decision looks back on decisions as far apart as in training."),
      ]
    case .measures:
      return [
        table(
          "The same budgets by other measures of risk", rows,
          note: "Risk parity stands for equal budgets. CVaR, CDaR and mean absolute deviation are "
            + "exact, over the 250 rows before each decision.")
      ]
    case .missing:
      let whole = rows.first?.sharpeRatio ?? .nan
      return [
        .bars(
          BarChart(
            "What missing inputs change", axisTitle: "Sharpe ratio less that with all inputs",
            format: .number(digits: 3),
            bars: rows.dropFirst().map { .init($0.scenario, $0.sharpeRatio - whole) })),
        table(
          "Inputs missing", rows,
          note: "A missing input has its mean of the training period."),
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
}
