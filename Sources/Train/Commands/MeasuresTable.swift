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
    value.isFinite ? Decimals.text(value, digits) : "–"
  }
}

/// Numbers with a fixed count of decimals, the same on every platform.
enum Decimals {
  static func text(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard scaled < 9e15 else { return "\(value)" }
    let whole = String(Int(scaled))
    guard digits > 0 else { return sign + whole }
    let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
    return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
