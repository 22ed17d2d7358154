internal import Autodiff
internal import Finance

/// What training minimises, on the tape; see ``ObjectiveSettings``.
struct Objective: Sendable {
  private let settings: ObjectiveSettings
  private let periodsPerYear: Double
  private let sharpe: SharpeLoss
  private let drawdown: CDaRLoss
  private let divergence: BudgetDivergence

  init(_ problem: Problem) {
    settings = problem.experiment.objective
    periodsPerYear = problem.periodsPerYear
    sharpe = SharpeLoss(periodsPerYear: periodsPerYear)
    drawdown = CDaRLoss(level: settings.cdarLevel)
    let n = problem.assetCount
    divergence = BudgetDivergence(prior: [Double](repeating: 1 / Double(n), count: n))
  }

  /// The loss of a block, net of costs.
  func loss(_ block: DecisionBlock, _ outcome: PortfolioReturns.Outcome) -> Variable {
    var terms: [Variable] = []
    if settings.sharpe > 0 {
      terms.append(sharpe(block.excess(outcome.returns)).scaled(by: Scalar(settings.sharpe)))
    }
    if settings.cdar > 0 {
      terms.append(drawdown(outcome.returns).scaled(by: Scalar(settings.cdar)))
    }
    return Self.sum(terms)
  }

  /// The loss and the penalties that steady it.
  func regularised(
    _ loss: Variable, _ outcome: PortfolioReturns.Outcome, budgets: Variable
  ) -> Variable {
    var terms = [loss]
    if settings.turnoverPenalty > 0 {
      terms.append(
        outcome.turnover.mean().scaled(by: Scalar(settings.turnoverPenalty * periodsPerYear)))
    }
    if settings.priorPenalty > 0 {
      terms.append(divergence(budgets).scaled(by: Scalar(settings.priorPenalty)))
    }
    return Self.sum(terms)
  }

  private static func sum(_ terms: [Variable]) -> Variable {
    guard let first = terms.first else { fatalError("Objective: no term") }
    return terms.dropFirst().reduce(first) { $0 + $1 }
  }
}
