internal import Autodiff
internal import Finance

/// What training minimises, on the tape; see ``ObjectiveSettings``.
struct Objective: Sendable {
  private let settings: ObjectiveSettings
  private let validation: ValidationMeasure
  private let periodsPerYear: Double
  private let rowsPerYear: Double
  private let divergence: BudgetDivergence

  init(_ problem: Problem) {
    settings = problem.experiment.objective
    validation = problem.experiment.training.validation
    periodsPerYear = problem.periodsPerYear
    rowsPerYear = problem.experiment.data.rowsPerYear
    divergence = BudgetDivergence(prior: settings.priorBudgets(problem.data.assets))
  }

  /// The loss of a batch, net of costs, with its weights as they are at an epoch, or after all.
  func loss(_ outcome: BatchOutcome, at epoch: Int? = nil) -> Variable {
    var sum = Terms()
    for (measure, final) in settings.losses {
      let weight = settings.annealing.weight(measure.rawValue, final, at: epoch)
      sum.add(weight) { self.measure(measure, outcome) }
    }
    return sum.total
  }

  /// What chooses the epoch.
  func validation(_ outcome: BatchOutcome) -> Variable { measure(validation, outcome) }

  private func measure(_ measure: ValidationMeasure, _ outcome: BatchOutcome) -> Variable {
    let (returns, excess) = (outcome.returns, outcome.excess)
    return switch measure {
    case .loss: loss(outcome)
    case .sharpe: SharpeLoss(periodsPerYear: periodsPerYear)(excess)
    case .sortino: SortinoLoss(periodsPerYear: periodsPerYear)(excess)
    case .conditionalSharpe:
      ConditionalSharpeLoss(periodsPerYear: periodsPerYear, level: settings.level)(excess)
    case .meanVariance:
      MeanVarianceLoss(
        periodsPerYear: periodsPerYear, riskAversion: settings.riskAversion)(excess)
    case .cvar: CVaRLoss(level: settings.level)(excess)
    case .evar: EntropicLoss(level: settings.level)(excess)
    case .logUtility: LogUtilityLoss(periodsPerYear: rowsPerYear)(returns)
    case .cdar: CDaRLoss(level: settings.level)(returns)
    case .maximumDrawdown: MaximumDrawdownLoss()(returns)
    }
  }

  /// The loss and the penalties that steady it.
  func regularised(_ loss: Variable, _ outcome: BatchOutcome, at epoch: Int) -> Variable {
    func price(_ name: String, _ final: Double) -> Double {
      settings.annealing.weight(name, final, at: epoch)
    }
    var sum = Terms()
    sum.add(1) { loss }
    let turnover = price("turnoverPenalty", settings.turnoverPenalty) * periodsPerYear
    if settings.turnoverShape == .l1 {
      sum.add(turnover) { outcome.turnover.mean() }
    } else if let trades = outcome.trades {
      sum.add(turnover) {
        TurnoverPenalty(
          shape: settings.turnoverShape, threshold: settings.turnoverThreshold)(trades)
      }
    }
    let dates = outcome.budgets.reduce(0) { $0 + $1.shape[0] }
    let prior = price("priorPenalty", settings.priorPenalty)
    for (budgets, availability) in zip(outcome.budgets, outcome.availability) {
      sum.add(prior * Double(budgets.shape[0]) / Double(dates)) {
        divergence(budgets, among: availability)
      }
    }
    // Where an asset joins, budgets are of another universe than before: that is no change of theirs.
    let stretches = zip(outcome.budgets, outcome.availability).flatMap { budgets, availability in
      (availability?.stretches ?? [0..<budgets.shape[0]]).map { (budgets, $0) }
    }
    let changes = dates - stretches.count
    let smoothness = price("smoothnessPenalty", settings.smoothnessPenalty)
    for (budgets, stretch) in stretches where stretch.count > 1 {
      let (first, end) = (stretch.lowerBound, stretch.upperBound)
      sum.add(smoothness * periodsPerYear / Double(changes)) {
        (budgets.slice(first + 1..<end) - budgets.slice(first..<end - 1)).squared().sum()
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
