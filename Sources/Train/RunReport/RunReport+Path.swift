internal import Finance

extension RunReport {
  /// Every strategy as a series on the tested rows.
  private func series(_ values: (StrategyResult) -> [Double]) -> [DatedSeries] {
    let days = dates[problem.span(of: problem.tested).rows].map(\.days)
    return result.strategies.map { series($0, days, values($0)) }
  }

  private func series(_ strategy: StrategyResult, _ days: [Int], _ values: [Double]) -> DatedSeries
  {
    DatedSeries(
      strategy.title, days: days, values: values,
      role: strategy.key == model.key ? .model : .baseline)
  }

  /// Value, drawdowns and rolling measures.
  var path: ReportSection {
    let window = max(4, Int(problem.periodsPerYear.rounded()))
    let rolling = rollingPeriods
    func roll(_ measure: @escaping ([Double]) -> Double) -> [DatedSeries] {
      rolling.strategies.map { strategy, periods in
        series(strategy, rolling.days, Measures.rolling(periods.excess, window: window, measure))
      }
    }
    let year = problem.periodsPerYear
    return ReportSection(
      "The way there",
      "Net of costs, with holdings that drift between decisions; cash included.",
      content: [
        .lines(
          LineChart(
            "Growth of 1", axisTitle: "value of 1 invested", scale: .logarithmic,
            series: series { Measures.netAssetValue($0.path.returns) })),
        .drawdowns(
          DrawdownChart(
            "Drawdowns", axisTitle: "below the last peak, compounded",
            series: series {
              Measures.drawdowns($0.path.returns, .compounded).map { -$0 }
            })),
        .lines(
          LineChart(
            "Rolling Sharpe ratio",
            axisTitle: "annual, in excess of cash, over the last \(window) periods (a year)",
            series: roll { Measures.sharpeRatio($0, periodsPerYear: year) },
            note: "One year's Sharpe ratio has a standard error of about 1.")),
        .lines(
          LineChart(
            "Rolling volatility",
            axisTitle: "per year, over the last \(window) periods (a year)",
            format: .percent(digits: 1),
            series: roll { Measures.annualVolatility($0, periodsPerYear: year) })),
      ])
  }

  /// Holding periods of every strategy, dated by the end of the period.
  private var rollingPeriods: (days: [Int], strategies: [(StrategyResult, PeriodReturns)]) {
    let span = problem.span(of: problem.tested)
    let periods = HoldingPeriods(tradeRows: span.tradeRows, rowCount: span.cashReturns.count)
    let days = periods.boundaries.dropFirst().map { dates[span.firstRow + $0 - 1].days }
    return (days, result.strategies.map { ($0, PeriodReturns($0, of: problem)) })
  }

  /// The model's returns month by month.
  var calendar: ReportSection {
    let span = problem.span(of: problem.tested)
    let rows = Array(dates[span.rows])
    let own = Self.calendar(model.path.returns, rows)
    let other = evidence.riskParity.map { Self.calendar($0.path.returns, rows) } ?? []
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    return ReportSection(
      "Month by month", "",
      content: [
        .map(
          HeatMap(
            "Calendar of returns", axisTitle: "%, net of costs, compounded",
            format: .percent(digits: 1), shading: .diverging, rows: own.map { String($0.year) },
            columns: months + ["Year"] + (other.isEmpty ? [] : ["Risk parity"]),
            values: own.enumerated().map { index, year in
              year.months + [year.total] + (other.isEmpty ? [] : [other[index].total])
            }, shadedColumns: 12,
            note: "The first and the last month may be incomplete."))
      ])
  }

  private static func calendar(
    _ returns: [Double], _ dates: [CalendarDate]
  ) -> [(year: Int, months: [Double], total: Double)] {
    var years: [(year: Int, months: [Double], total: Double)] = []
    for month in Measures.monthlyReturns(returns, dates: dates) {
      if years.last?.year != month.year {
        years.append((month.year, [Double](repeating: .nan, count: 12), 0))
      }
      let last = years.count - 1
      years[last].months[month.month - 1] = month.return
      years[last].total = (1 + years[last].total) * (1 + month.return) - 1
    }
    return years
  }

  /// What was traded, and what it cost, on the model's periods for strategies on calendars of their own.
  var trading: ReportSection {
    let window = max(1, Int(problem.periodsPerYear.rounded()))
    let periods = rollingPeriods
    func chart(
      _ title: String, _ axis: String, _ format: ValueFormat, note: String = "",
      _ values: (PeriodReturns) -> [Double]
    ) -> ReportContent {
      .lines(
        LineChart(
          title, axisTitle: axis, format: format,
          series: periods.strategies.map { series($0, periods.days, values($1)) }, note: note))
    }
    return ReportSection(
      "Trading",
      "Turnover counts both sides: 100 % is the portfolio's value bought or sold once.",
      content: [
        chart(
          "Turnover", "Σ|Δw| over the last \(window) periods (a year)", .percent(digits: 0),
          note: "The first purchase is left out."
        ) { periods in
          let traded = [Double.nan] + periods.turnover.dropFirst()
          return Measures.rolling(traded, window: window) { $0.reduce(0, +) }
        },
        chart("Costs paid", "sum so far, of the portfolio's value", .percent(digits: 2)) {
          var sum = 0.0
          return $0.costs.map {
            sum += $0
            return sum
          }
        },
      ])
  }
}
