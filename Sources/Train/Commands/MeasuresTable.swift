internal import Finance

/// The figures of a run for the terminal, and how far a difference among them has to go.
struct MeasuresTable {
  let evidence: RunEvidence

  private var result: RunResult { evidence.result }

  /// The table, the lead over risk parity beside the smallest one that can be seen, and the ceiling.
  var text: String { table + yardsticks }

  private var table: String {
    var table = TextTable([
      .left("net of costs, out of sample"), .right("return %"), .right("volatility %"),
      .right("Sharpe"), .right("Sortino"), .right("max drawdown %"), .right("CDaR95 %"),
      .right("Calmar"), .right("turnover/y"), .right("cost %/y"),
    ])
    for strategy in result.strategies {
      let summary = strategy.summary
      table.append([
        strategy.title, percent(summary.annualReturn), percent(summary.annualVolatility),
        number(summary.sharpeRatio, 3), number(summary.sortinoRatio, 2),
        percent(summary.maximumDrawdown), percent(summary.conditionalDrawdown95),
        number(summary.calmarRatio, 2), number(summary.turnoverPerYear, 2),
        percent(summary.costPerYear, 2),
      ])
    }
    return table.text
  }

  private var yardsticks: String {
    var lines: [String] = []
    if let parity = evidence.riskParity, let own = evidence[result.model],
      own.differenceError.isFinite
    {
      let lead = result.model.summary.sharpeRatio - parity.summary.sharpeRatio
      lines.append(
        "lead over risk parity: Sharpe \(number(lead, 3)), p = "
          + "\(RunReport.probability(own.againstRiskParity)); detectable from "
          + "\(number(evidence.detectableDifference, 3)) on (5 % test, four cases of five)")
    }
    lines.append(
      "hindsight ceiling of constant budgets: Sharpe \(number(evidence.ceiling.sharpeRatio, 3))")
    return lines.map { $0 + "\n" }.joined()
  }

  private func percent(_ value: Double, _ digits: Int = 1) -> String {
    number(100 * value, digits)
  }

  private func number(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? NumberText.fixed(value, digits: digits) : "–"
  }
}
