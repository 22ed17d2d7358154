internal import Autodiff
internal import Finance
internal import Layers

extension Policy {
  /// What the policy decides for a block of decisions.
  struct Decision {
    /// Risk budgets `[D, N]`.
    let budgets: Variable
    /// Portfolio weights `[D, N]`; what they leave of 1 is cash.
    let weights: Variable
    /// What blocks add to the objective: minus the mean log-likelihood of the regime model, weighted, and the
    /// price of selected variables.
    var auxiliary: Variable?
    /// Forecasts of volatility `[D, N]`, per row, where a head makes them.
    var volatilities: Variable?
    /// Logits of drawdowns `[D, N]`, where a head makes them.
    var drawdownLogits: Variable?
    /// What blocks say beside, `[D, columns]` each.
    ///
    /// Complete in evaluations, which alone read it; a pass that trains has what it computes anyway.
    var details: [DecisionDetail: Variable] = [:]
    /// How the risk-budgeting solver fared on every date; empty for another solver.
    var diagnostics: [RiskBudgetDiagnostics] = []
  }

  /// Decides for a block.
  ///
  /// Throws a `DatedError` for a date without a solution.
  func callAsFunction(_ inputs: DecisionInputs, in pass: inout Pass) throws -> Decision {
    var details: [DecisionDetail: Variable] = [:]
    let states = network(inputs, history: history, details: &details, in: &pass)
    var auxiliary = network.penalty(in: pass)
    var budgets: Variable
    if let dualLayer {
      guard let signals = inputs.signals else { fatalError("Policy: no dual-layer signals") }
      let settled = dualLayer(market: signals.market, scores: signals.scores, in: &pass)
      budgets = settled.slice(history..<settled.shape[0])
    } else if let regimes, let market = inputs.market {
      let scores = scores(states, inputs.decisions.count, in: &pass)
      let filtered = try regimes(market, history: history, in: &pass)
      if !pass.mode.isTraining {
        details[.regimes] = regimes.named(filtered.probabilities, in: &pass)
      }
      if likelihood > 0 {
        let term = filtered.logLikelihoods.mean().scaled(by: Scalar(-likelihood))
        auxiliary = auxiliary.map { $0 + term } ?? term
      }
      budgets = try mixed(
        scores, filtered.probabilities, among: inputs.availability, in: &pass)
    } else {
      let scores = scores(states, inputs.decisions.count, in: &pass)
      budgets = try self.budgets(
        spread(scores, over: Shape(inputs.decisions.count, assets), pass.tape),
        among: inputs.availability, in: &pass)
    }
    var weak: [Int]?
    if let groups { (budgets, weak) = try groups.project(budgets) }
    if let floorRule, let active = inputs.floorActive {
      budgets = floorRule(budgets, active: active)
    }
    var (model, volatilities): (RiskModel, Variable?) = (.dense(inputs.covariances), nil)
    if let risk {
      (model, volatilities) = try risk(inputs, states: states, in: &pass)
      details[.volatilities] = volatilities
    }
    let gates = gate.map { $0(inputs, states: states, in: &pass) }
    if let gates, gate?.destination == .others { budgets = gatedBudgets(budgets, gates: gates) }
    var (weights, diagnostics) = try sharing(
      inputs, risk: model, budgets: budgets, states: states, weaklyActiveBounds: weak,
      details: &details, in: &pass)
    if !diagnostics.isEmpty, !pass.mode.isTraining {
      details[.solver] = pass.tape.constant(diagnostics.tensor)
    }
    if let gates, gate?.destination == .cash { weights = gatedWeights(weights, gates: gates) }
    if let gates {
      details[.gates] = gates
      if !pass.mode.isTraining { details[.cash] = 1 - weights.sum(axis: 1, keepingAxis: true) }
    }
    var logits: Variable?
    if let drawdown, let states {
      logits = drawdown(states, in: &pass)
      if !pass.mode.isTraining { details[.drawdowns] = logits?.sigmoid() }
    }
    return Decision(
      budgets: budgets, weights: weights, auxiliary: auxiliary, volatilities: volatilities,
      drawdownLogits: logits, details: details, diagnostics: diagnostics)
  }

  // MARK: Scores

  /// The scores: `[D, N]`, with regimes `[D, K, N]` or `[D, 1, N]`; without a network the constants'
  /// shape.
  private func scores(_ states: Variable?, _ dates: Int, in pass: inout Pass) -> Variable {
    var scores: Variable?
    if let head, let states {
      let output = head(states, in: &pass)
      if regimes == nil {
        scores = output.reshaped(to: Shape(dates, assets))
      } else {
        // A shared head gives [D, N, K], a joint one [D, 1, K·N].
        let copies = output.shape.count / (dates * assets)
        scores =
          needs.scorer == .shared
          ? output.transposed() : output.reshaped(to: Shape(dates, copies, assets))
      }
    }
    if let constants {
      let own = pass(constants)
      scores = scores.map { $0 + own } ?? own
    }
    guard let scores else { fatalError("Policy: neither a network nor constants") }
    return scores
  }

  /// The budgets of every regime, mixed by their probabilities `[D, K]`.
  private func mixed(
    _ scores: Variable, _ probabilities: Variable, among availability: Availability?,
    in pass: inout Pass
  ) throws -> Variable {
    let (dates, k) = (probabilities.shape[0], probabilities.shape[1])
    // What is the same on every date is bounded once, unless the universe changes.
    if scores.shape.rank == 2, availability == nil {
      return regimeMixture(probabilities, try budgets(scores, in: &pass))
    }
    let each = spread(scores, over: Shape(dates, k, assets), pass.tape)
    let bounded = try budgets(
      each.reshaped(to: Shape(dates * k, assets)), among: availability?.repeated(k), in: &pass)
    return regimeMixture(probabilities, bounded.reshaped(to: Shape(dates, k, assets)))
  }

  /// Repeats what does not change over the dates or regimes.
  private func spread(_ scores: Variable, over shape: Shape, _ tape: Tape) -> Variable {
    scores.shape == shape
      ? scores : scores + tape.constant(Tensor(repeating: 0, shape: shape))
  }
}

extension [RiskBudgetDiagnostics] {
  /// One row for each date, in the order of ``DecisionDetail/solver``.
  fileprivate var tensor: Tensor {
    Tensor(
      converting: flatMap(\.values), shape: Shape(count, SolverMaxima.names.count))
  }
}
