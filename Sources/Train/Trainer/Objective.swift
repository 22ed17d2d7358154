internal import Autodiff
internal import Finance

/// What training minimises, on the tape; see ``ObjectiveSettings``.
struct Objective: Sendable {
  private let settings: ObjectiveSettings
  private let periodsPerYear: Double
  private let rowsPerYear: Double
  private let divergence: BudgetDivergence

  init(_ problem: Problem) {
    settings = problem.experiment.objective
    periodsPerYear = problem.periodsPerYear
    rowsPerYear = problem.experiment.data.rowsPerYear
    let n = problem.assetCount
    divergence = BudgetDivergence(prior: [Double](repeating: 1 / Double(n), count: n))
  }

  /// The loss of a block, net of costs.
  func loss(_ block: DecisionBlock, _ outcome: PortfolioReturns.Outcome) -> Variable {
    let returns = outcome.returns
    var sum = Terms()
    if settings.sharpe + settings.sortino + settings.meanVariance + settings.cvar > 0 {
      let excess = block.excess(returns)
      sum.add(settings.sharpe) { SharpeLoss(periodsPerYear: periodsPerYear)(excess) }
      sum.add(settings.sortino) { SortinoLoss(periodsPerYear: periodsPerYear)(excess) }
      sum.add(settings.meanVariance) {
        MeanVarianceLoss(
          periodsPerYear: periodsPerYear, riskAversion: settings.riskAversion)(excess)
      }
      sum.add(settings.cvar) { CVaRLoss(level: settings.level)(excess) }
    }
    sum.add(settings.logUtility) { LogUtilityLoss(periodsPerYear: rowsPerYear)(returns) }
    sum.add(settings.cdar) { CDaRLoss(level: settings.level)(returns) }
    sum.add(settings.maximumDrawdown) { MaximumDrawdownLoss()(returns) }
    return sum.total
  }

  /// The loss and the penalties that steady it.
  func regularised(
    _ loss: Variable, _ outcome: PortfolioReturns.Outcome, budgets: Variable
  ) -> Variable {
    var sum = Terms()
    sum.add(1) { loss }
    sum.add(settings.turnoverPenalty * periodsPerYear) { outcome.turnover.mean() }
    sum.add(settings.priorPenalty) { divergence(budgets) }
    let dates = budgets.shape[0]
    if dates > 1 {
      sum.add(settings.smoothnessPenalty * periodsPerYear / Double(dates - 1)) {
        (budgets.slice(1..<dates) - budgets.slice(0..<dates - 1)).squared().sum()
      }
    }
    return sum.total
  }

  /// A weighted sum on the tape, without the terms of weight 0.
  private struct Terms {
    private var sum: Variable?

    mutating func add(_ weight: Double, _ term: () -> Variable) {
      guard weight > 0 else { return }
      let weighted = weight == 1 ? term() : term().scaled(by: Scalar(weight))
      sum = sum.map { $0 + weighted } ?? weighted
    }

    var total: Variable {
      guard let sum else { fatalError("Objective: no term") }
      return sum
    }
  }
}
