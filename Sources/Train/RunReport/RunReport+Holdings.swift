internal import Finance

extension RunReport {
  /// Weights, risk contributions, budgets.
  var holdings: ReportSection {
    let days = problem.tested.map { dates[problem.rows[$0]].days }
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
        note: "As decided; the average of the members' weights."),
      chart(
        "Risk contributions", "share of variance", model.riskContributions,
        note: "By the covariance of each decision."),
    ]
    if let budgets = model.budgets {
      let settings = problem.experiment.model.budgets
      content.append(
        chart(
          "Risk budgets", "share of risk aimed at", budgets,
          note: "Between \(percent(settings.floor)) and \(percent(settings.cap)) each; "
            + "the average of the members' budgets."))
    }
    return ReportSection(
      "What it held",
      "The network sets risk budgets; the solver finds the one portfolio whose risk is so shared.",
      content: content)
  }

  private func percent(_ multiple: Double) -> String {
    let share = min(1, multiple / Double(problem.assetCount))
    return ValueFormat.percent(digits: 1).text(share)
  }
}
