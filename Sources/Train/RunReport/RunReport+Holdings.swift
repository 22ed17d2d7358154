internal import Finance

extension RunReport {
  /// Weights, risk contributions, budgets.
  var holdings: ReportSection {
    let days = model.rows.map { dates[$0].days }
    func chart(_ title: String, _ axis: String, _ values: Matrix, note: String) -> ReportContent {
      .areas(
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
            : "Between \(percent(settings.floor)) and \(percent(settings.cap)) each; "
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
          } + (problem.assetCount > shown ? [AreaChart.Layer("others", rest)] : []),
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
