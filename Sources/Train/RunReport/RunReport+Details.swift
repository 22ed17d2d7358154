internal import Finance

extension RunReport {
  /// What the model's blocks say beside weights and budgets: regimes, selected variables, forecasts, gates.
  var details: [ReportSection] {
    let charts = DecisionDetail.allCases.filter(\.isDrawn).flatMap { detail in
      model.details[detail].map { self.charts(detail, $0) } ?? []
    }
    guard !charts.isEmpty else { return [] }
    return [
      ReportSection(
        "What the blocks say", "Read off the network as it decided, out of sample.",
        content: charts + reliability)
    ]
  }

  /// Forecast drawdowns beside what came.
  private var reliability: [ReportContent] {
    guard let forecast = DrawdownForecast(result) else { return [] }
    return [
      .table(
        ReportTable(
          "Reliability of the drawdown forecasts",
          columns: [
            .text("probability, %", explanation: "bins of the forecast"),
            .number("forecasts", explanation: "decisions times assets"),
            .number("mean forecast, %"),
            .number("happened, %", explanation: "the share of the forecasts whose event came"),
          ], rows: forecast.rows,
          notes: [
            "Of \(forecast.title), calibrated on each fold's validation part. " + forecast.scores
          ]))
    ]
  }

  private func charts(_ detail: DecisionDetail, _ table: DetailTable) -> [ReportContent] {
    if detail == .attention {
      return Self.attention(table, days: detailDays, assets: problem.data.assets)
    }
    return [chart(detail, table)]
  }

  private func chart(_ detail: DecisionDetail, _ table: DetailTable) -> ReportContent {
    switch detail {
    case .regimes:
      return areas(
        "Regime probabilities", "filtered, by the decision's date", table,
        note:
          "Regimes are numbered by their level of the first indicator; the average of the members.")
    case .selection where problem.experiment.model.selection?.kind == .gates:
      return lines(
        "Variable selection", "how far each input's gate is open", .number(digits: 2), table,
        including: 0...1)
    case .selection:
      return areas(
        "Variable selection", "share of each input, mean over the assets", table,
        note: "The average of the members.")
    case .volatilities:
      return lines("Forecast volatilities", "per year", .percent(digits: 1), table)
    case .gates:
      return lines("Gates", "1 open, 0 closed", .number(digits: 2), table, including: 0...1)
    case .cash:
      return lines("Cash", "share of wealth", .percent(digits: 1), table, including: 0...0)
    case .tilts: return lines("Return tilts", "of volatility, per year", .percent(digits: 2), table)
    case .drawdowns:
      return lines(
        "Forecast drawdowns", "probability", .percent(digits: 1), table, including: 0...0)
    case .attention, .solver: return lines(detail.rawValue, "", .number(digits: 2), table)
    }
  }

  private var detailDays: [Int] { problem.tested.map { dates[problem.rows[$0]].days } }

  private func areas(
    _ title: String, _ axis: String, _ table: DetailTable, note: String
  ) -> ReportContent {
    .areas(
      AreaChart(
        title, axisTitle: axis, days: detailDays,
        layers: table.columns.enumerated().map {
          AreaChart.Layer($0.element, table.values.column($0.offset))
        }, note: note))
  }

  private func lines(
    _ title: String, _ axis: String, _ format: ValueFormat, _ table: DetailTable,
    including: ClosedRange<Double>? = nil
  ) -> ReportContent {
    .lines(
      LineChart(
        title, axisTitle: axis, format: format, including: including,
        series: table.columns.enumerated().map {
          DatedSeries(
            $0.element, days: detailDays, values: table.values.column($0.offset), role: .member)
        }))
  }
}
