internal import Autodiff
internal import Finance

/// The curve of a sweep and its comparisons, as Markdown and CSV.
struct SweepReport {
  let sweep: Sweep
  /// The best Sharpe ratio of constant budgets, in hindsight.
  private let ceiling: Double

  /// Throws an ``ExperimentError`` naming the date of a decision without a solution.
  init(sweep: Sweep) throws {
    self.sweep = sweep
    ceiling = try HindsightCeiling(sweep.points[0].result.problem).sharpeRatio
  }

  private var reference: RunResult { sweep.points[0].result }

  /// All strategies that have a line: the values, the chosen ones, the baselines.
  private var lines:
    [(name: String, validation: Double?, strategy: StrategyResult, spread: Double?)]
  {
    sweep.points.map { point in
      (
        "\(point.value)", point.validationSharpe, point.result.model,
        Measures.standardDeviation(point.result.members.map(\.summary.sharpeRatio))
      )
    } + [("chosen on validation", nil, sweep.chosen, nil)]
      + reference.baselines.map { ($0.title, nil, $0, nil) }
  }

  /// The curve as a Markdown table, the choices, and the comparisons of the chosen one.
  var markdown: String {
    var text = """
      | `\(sweep.key)` | Sharpe in validation | Sharpe | seeds' sd | turnover/y | cost %/y | return %/y | volatility % |
      |---|---|---|---|---|---|---|---|

      """
    for line in lines {
      let s = line.strategy.summary
      let cells = [
        line.name, line.validation.map { fixed($0, 3) } ?? "–", fixed(s.sharpeRatio, 3),
        line.spread.map { fixed($0, 3) } ?? "–", fixed(s.turnoverPerYear, 2),
        fixed(100 * s.costPerYear, 3), fixed(100 * s.annualReturn, 2),
        fixed(100 * s.annualVolatility, 2),
      ]
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    let values = sweep.choices.map { "\(sweep.points[$0].value)" }.joined(separator: ", ")
    text += "\nChosen, fold by fold: \(values).\n\n"
    text += """
      | the chosen one against | cost | difference of Sharpe (annual) | detectable | p, HAC | p, bootstrap |
      |---|---|---|---|---|---|

      """
    for (name, other) in [("the smallest value", reference.model)]
      + reference.baselines.map({ ($0.title, $0) })
    {
      let own = sweep.chosen.summary.costPerYear
      let comparison = SharpeDifference(
        sweep.excess(of: sweep.chosen), sweep.excess(of: other))
      let annual = reference.problem.periodsPerYear.squareRoot()
      let change = 100 * (own / other.summary.costPerYear - 1)
      let cells = [
        name, (change > 0 ? "+" : "") + fixed(change, 1) + " %",
        fixed(annual * comparison.difference, 3),
        fixed(annual * RunEvidence.detectable * comparison.standardError, 3),
        fixed(comparison.pValue, 3),
        fixed(
          comparison.bootstrapPValue(
            resamples: 1999, generator: .init(seed: UInt64(reference.problem.experiment.seed))), 3),
      ]
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    text += """

      Detectable: the smallest true difference that a 5 % test finds in four cases of five. Hindsight ceiling of \
      constant budgets: Sharpe \(fixed(ceiling, 3)).

      """
    return text
  }

  /// One line for each value and strategy.
  var csv: String {
    var text =
      "name,validationSharpe,sharpe,turnoverPerYear,costPerYear,annualReturn,annualVolatility\n"
    for line in lines {
      let s = line.strategy.summary
      let numbers = [
        line.validation ?? .nan, s.sharpeRatio, s.turnoverPerYear, s.costPerYear, s.annualReturn,
        s.annualVolatility,
      ]
      text +=
        line.name + "," + numbers.map { $0.isNaN ? "" : "\($0)" }.joined(separator: ",") + "\n"
    }
    return text
  }

  private func fixed(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? NumberText.fixed(value, digits: digits) : "–"
  }
}
