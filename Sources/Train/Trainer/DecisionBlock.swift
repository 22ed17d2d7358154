internal import Autodiff
internal import Finance

/// A contiguous block of decisions, put on a tape once and evaluated as often as training needs.
///
/// Contiguous, so that Sharpe ratio, drawdown, drift and turnover mean in training what they mean
/// in the backtest: the block starts in cash at the row of its first trade and ends where its last
/// holding period ends.
struct DecisionBlock {
  /// The decisions, as numbers of the problem.
  let decisions: Range<Int>
  /// `[history + D, N, F]`.
  let features: Variable
  /// `[D, N, N]`.
  let covariances: Variable
  let portfolio: PortfolioReturns
  let excess: ExcessReturns

  /// Puts a block on a tape; `features` are standardised, and the network looks back on `history`
  /// decisions before the first.
  init(
    _ decisions: Range<Int>, of problem: Problem, features: FeatureTensors, history: Int,
    on tape: Tape
  ) {
    check(
      decisions.lowerBound >= history && !decisions.isEmpty,
      "DecisionBlock: decisions \(decisions) with a history of \(history)")
    self.decisions = decisions
    let n = problem.assetCount
    self.features = tape.constant(
      Self.stack(features, decisions.lowerBound - history..<decisions.upperBound))
    covariances = tape.constant(
      Tensor(
        converting: Array(
          problem.covariances[decisions.lowerBound * n * n..<decisions.upperBound * n * n]),
        shape: Shape(decisions.count, n, n)))
    let span = problem.span(of: decisions)
    portfolio = PortfolioReturns(
      on: tape, assetReturns: span.assetReturns, cashReturns: span.cashReturns,
      decisionRows: span.tradeRows, lag: 0, costs: problem.costs)
    excess = ExcessReturns(
      on: tape,
      periods: HoldingPeriods(tradeRows: span.tradeRows, rowCount: span.cashReturns.count),
      cashReturns: span.cashReturns)
  }

  /// The features of each asset followed by those of the market, `[D, N, F + M]`.
  private static func stack(_ features: FeatureTensors, _ decisions: Range<Int>) -> Tensor {
    let (n, own, market) = (
      features.assetCount, features.assetFeatureCount, features.marketFeatureCount
    )
    var elements: [Scalar] = []
    elements.reserveCapacity(decisions.count * n * (own + market))
    for d in decisions {
      for i in 0..<n {
        let start = (d * n + i) * own
        for f in 0..<own { elements.append(Scalar(features.asset[start + f])) }
        for m in 0..<market { elements.append(Scalar(features.market[d * market + m])) }
      }
    }
    return Tensor(elements, shape: Shape(decisions.count, n, own + market))
  }
}
