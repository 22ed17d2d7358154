internal import Autodiff
internal import Finance

/// What some blocks decided and earned, one block after the other.
struct BatchOutcome {
  /// Net returns of the rows `[R]`.
  let returns: Variable
  /// Returns of the holding periods in excess of cash `[K]`.
  let excess: Variable
  /// Turnover of the decisions `[D]`, first purchases included.
  let turnover: Variable
  /// Trades `[D′, N]` of the decisions but the first of each block, whose purchase is no choice; nil
  /// when there is no other.
  let trades: Variable?
  /// Budgets `[D, N]` of each block.
  let budgets: [Variable]
  /// Which assets are in the universe at each decision of each block; nil where all are always.
  let availability: [Availability?]
  /// What blocks of the model add to the objective, averaged over the decisions; nil without any.
  let auxiliary: Variable?
  /// How hard the risk-budgeting solver found the decisions.
  let solver: SolverMaxima

  /// Joins the outcomes of blocks; the excess returns are those of `block`'s holding periods.
  init(
    _ parts: [(block: DecisionBlock, decision: Policy.Decision, earned: PortfolioReturns.Outcome)]
  ) {
    func join(_ values: [Variable]) -> Variable {
      values.count == 1 ? values[0] : concatenate(values)
    }
    returns = join(parts.map(\.earned.returns))
    excess = join(parts.map { $0.block.excess($0.earned.returns) })
    turnover = join(parts.map(\.earned.turnover))
    let trades = parts.filter { $0.decision.weights.shape[0] > 1 }.map { part in
      let dates = part.decision.weights.shape[0]
      return part.decision.weights.slice(1..<dates) - part.earned.drifted.slice(1..<dates)
    }
    self.trades = trades.isEmpty ? nil : join(trades)
    budgets = parts.map(\.decision.budgets)
    availability = parts.map(\.block.inputs.availability)
    solver = SolverMaxima(parts.flatMap(\.decision.diagnostics))
    let dates = parts.reduce(0) { $0 + $1.decision.budgets.shape[0] }
    var auxiliary: Variable?
    for part in parts {
      guard var term = part.decision.auxiliary else { continue }
      let own = part.decision.budgets.shape[0]
      if own < dates { term = term.scaled(by: Scalar(Double(own) / Double(dates))) }
      auxiliary = auxiliary.map { $0 + term } ?? term
    }
    self.auxiliary = auxiliary
  }
}
