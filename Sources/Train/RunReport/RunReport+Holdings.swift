internal import Finance

extension RunReport {
  /// Weights, risk contributions, budgets.
  var holdings: ReportSection {
    let days = model.rows.map { dates[$0].days }
    func chart(_ title: String, _ axis: String, _ values: Matrix, note: String) -> ReportContent {
      if values.columns > Self.maximumStacked {
        return Self.map(title, axis, days, problem.data.assets, values, note: note)
      }
      return .areas(
        AreaChart(
          title, axisTitle: axis, days: days,
          layers: problem.data.assets.enumerated().map {
            AreaChart.Layer($0.element, values.column($0.offset))
          }, note: note))
    }
    var content = [
      chart(
        "Weights", "share of the portfolio", model.weights,
        note: isStrategy ? "As decided." : "As decided; the average of the members' weights."),
      chart(
        "Risk contributions", "share of variance", model.riskContributions,
        note: "By the covariance of each decision."),
    ]
    if let budgets = model.budgets {
      let settings = problem.experiment.model.budgets
      content.append(
        chart(
          "Risk budgets", "share of risk aimed at", budgets,
          note: isStrategy
            ? "By the rule."
            : "Between \(percent(settings.floor)) and \(percent(settings.cap)) each"
              + (problem.availability == nil ? "; " : ", more while fewer assets are there; ")
              + "the average of the members' budgets."))
    }
    content += riskFactors
    return ReportSection(
      "What it held",
      isStrategy
        ? "A rule decides; nothing was trained."
        : "The network sets risk budgets; the solver finds the one portfolio whose risk is so shared.",
      content: content)
  }

  /// Beyond so many assets a stack would show the sum of the small ones and little else.
  static let maximumStacked = 20

  /// Shares of many assets by date, shaded: as many dates as columns can be told apart.
  static func map(
    _ title: String, _ axis: String, _ days: [Int], _ names: [String], _ values: Matrix,
    note: String
  ) -> ReportContent {
    let count = min(60, days.count)
    let kept = (0..<count).map { count > 1 ? $0 * (days.count - 1) / (count - 1) : 0 }
    let dates = kept.map { CalendarDate(days: days[$0]) }
    let headers = dates.indices.map {
      $0 == 0 || dates[$0].year != dates[$0 - 1].year ? "\(dates[$0].year)" : ""
    }
    return .map(
      HeatMap(
        title, axisTitle: "\(axis), by date; the pointer shows the numbers",
        format: .percent(digits: 1), shading: .sequential, rows: names,
        columns: dates.map { "\($0)" }, headers: headers,
        values: names.indices.map { column in kept.map { values[$0, column] } }, note: note))
  }

  /// The portfolio's risk among the principal components of the covariance.
  private var riskFactors: [ReportContent] {
    let factors = RiskFactors(result)
    let shown = min(4, problem.assetCount)
    guard shown > 1 else { return [] }
    let names = (1...shown).map { "component \($0)" }
    let rest = factors.components.map { $0.dropFirst(shown).reduce(0, +) }
    return [
      .areas(
        AreaChart(
          "Risk by principal component", axisTitle: "share of variance",
          days: factors.dates.map(\.days),
          layers: names.indices.map { k in
            AreaChart.Layer(names[k], factors.components.map { $0[k] })
          } + (problem.assetCount > shown ? [AreaChart.Layer("others", rest, isRest: true)] : []),
          note: "The component of the largest variance first, on each date anew.")),
      .map(
        HeatMap(
          "The components on \(factors.dates.last.map { "\($0)" } ?? "the last date")",
          axisTitle: "loadings", format: .number(digits: 2), shading: .diverging, scale: 1,
          rows: names, columns: factors.assets, values: Array(factors.loadings.prefix(shown)))),
    ]
  }

  private func percent(_ multiple: Double) -> String {
    let share = min(1, multiple / Double(problem.assetCount))
    return ValueFormat.percent(digits: 1).text(share)
  }
}
