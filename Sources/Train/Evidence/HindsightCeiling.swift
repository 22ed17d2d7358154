internal import Autodiff
internal import Finance
internal import Layers

/// The best that constant risk budgets could have earned on the test periods, known only in hindsight.
///
/// Not a strategy: a yardstick. A model that only ever holds the same budgets cannot beat it; what a
/// model earns above it is timing skill or luck.
struct HindsightCeiling: Sendable {
  /// The annual Sharpe ratio in excess of cash, net of costs.
  let sharpeRatio: Double
  /// The budgets that reach it, at the last decision.
  let budgets: [Double]

  /// Steps of the search; the Sharpe ratio is smooth in few unknowns.
  private static let steps = 150

  /// Maximises the Sharpe ratio of constant budgets within the model's bounds over all tested decisions.
  init(_ problem: Problem) throws {
    let n = problem.assetCount
    let settings = problem.experiment.model.budgets
    let head = BoundedBudgets(
      bounds: try BudgetBounds(count: n, floor: settings.floor, cap: settings.cap))
    let solver = RiskBudget()
    let tested = problem.tested
    let span = problem.span(of: tested)
    let tape = Tape()
    let covariances = tape.constant(
      Tensor(
        converting: Array(
          problem.covariances[tested.lowerBound * n * n..<tested.upperBound * n * n]),
        shape: Shape(tested.count, n, n)))
    let availability = problem.availability?[tested]
    let blank = tape.constant(Tensor(repeating: 0, shape: Shape(tested.count, n)))
    let portfolio = PortfolioReturns(
      on: tape, assetReturns: span.assetReturns, cashReturns: span.cashReturns,
      decisionRows: span.tradeRows, lag: 0, costs: problem.costs)
    let excess = ExcessReturns(
      on: tape,
      periods: HoldingPeriods(tradeRows: span.tradeRows, rowCount: span.cashReturns.count),
      cashReturns: span.cashReturns)
    let loss = SharpeLoss(periodsPerYear: problem.periodsPerYear)
    var builder = ParameterBuilder(generator: SplitMix64(seed: 0))
    let scores = builder.zeros("scores", Shape(n))
    var parameters = builder.parameters
    let optimizer = AdamW(
      learningRates: [Scalar](repeating: 0.1, count: n),
      weightDecays: [Scalar](repeating: 0, count: n))
    var state = OptimizerState(count: n)
    var gradient = [Scalar](repeating: 0, count: n)
    let mark = tape.mark
    var best = (sharpe: -Double.infinity, budgets: [Double]())
    do {
      for step in 0..<Self.steps {
        var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation, needsGradient: true)
        let everyDate = pass(scores) + blank
        let decided = try head(everyDate, among: availability, in: &pass)
        let value = loss(
          excess(try portfolio(try solver(covariances: covariances, budgets: decided)).returns))
        let sharpe = -Double(value.item)
        if sharpe > best.sharpe {
          best = (sharpe, (0..<n).map { Double(decided.values[(tested.count - 1) * n + $0]) })
        }
        tape.backward(from: value)
        pass.copyGradients(into: &gradient)
        tape.rewind(to: mark)
        optimizer.update(
          &parameters, gradient: gradient, state: &state,
          factor: Scalar(1 - Double(step) / Double(Self.steps)))
      }
    } catch let error as DatedError {
      let date = problem.data.dates[problem.rows[tested.lowerBound + error.date]]
      throw ExperimentError("hindsight ceiling, decision of \(date): \(error.underlying)")
    }
    sharpeRatio = best.sharpe.isFinite ? best.sharpe : .nan
    budgets = best.budgets
  }
}
