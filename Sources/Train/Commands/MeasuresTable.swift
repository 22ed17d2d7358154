internal import Finance

/// The figures of a run for the terminal.
struct MeasuresTable {
  let result: RunResult

  var text: String {
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

  private func percent(_ value: Double, _ digits: Int = 1) -> String {
    number(100 * value, digits)
  }

  private func number(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? NumberText.fixed(value, digits: digits) : "–"
  }
}
