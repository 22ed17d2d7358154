internal import Autodiff
internal import Finance

/// A contiguous block of decisions with what it earns, put on a tape once and evaluated as often as
/// training needs.
///
/// Contiguous, so that Sharpe ratio, drawdown, drift and turnover mean in training what they mean
/// in the backtest: the block starts in cash at the row of its first trade and ends where its last
/// holding period ends.
struct DecisionBlock {
  let inputs: DecisionInputs
  let portfolio: PortfolioReturns
  let excess: ExcessReturns
  let targets: ForecastTargets

  var decisions: Range<Int> { inputs.decisions }

  /// Puts a block with what `needs` and `targets` ask for on a tape; `features` are standardised.
  init(
    _ decisions: Range<Int>, of problem: Problem, features: FeatureTensors, for needs: InputNeeds,
    targets: ForecastTargets.Kinds, on tape: Tape
  ) {
    inputs = DecisionInputs(decisions, of: problem, features: features, for: needs, on: tape)
    let span = problem.span(of: decisions)
    portfolio = PortfolioReturns(
      on: tape, assetReturns: span.assetReturns, cashReturns: span.cashReturns,
      decisionRows: span.tradeRows, lag: 0, costs: problem.costs)
    excess = ExcessReturns(
      on: tape,
      periods: HoldingPeriods(tradeRows: span.tradeRows, rowCount: span.cashReturns.count),
      cashReturns: span.cashReturns)
    self.targets = ForecastTargets(decisions, of: problem, targets, on: tape)
  }
}
