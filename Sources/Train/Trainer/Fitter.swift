internal import Autodiff
internal import Finance
internal import Layers

/// Trains one member in one fold.
///
/// The whole training part of the fold is one batch. Each epoch evaluates the loss on the training
/// and the validation decisions with the same parameters, then takes one step; the parameters with
/// the lowest validation loss win, the untrained start among them. Nothing of the test part is
/// read: features are scaled by the training decisions' moments.
struct Fitter {
  let problem: Problem
  let unit: WorkUnit
  private let policy: Policy
  private let start: Parameters
  private let scaler: Standardizer
  private let objective: Objective
  private let auxiliary: AuxiliaryLoss
  private let optimizer: any Optimizer
  private let features: FeatureTensors
  private let settings: TrainingSettings
  private let generator: SplitMix64

  /// Builds the model and scales the features.
  init(_ problem: Problem, _ unit: WorkUnit) throws {
    self.problem = problem
    self.unit = unit
    let experiment = problem.experiment
    settings = experiment.training
    generator = SplitMix64(seed: UInt64(experiment.seed))
      .split("fold \(unit.fold.index)").split(unit.member.name)
    (policy, start) = try problem.policy(of: unit.member, generator: generator.split("parameters"))
    objective = Objective(problem)
    auxiliary = AuxiliaryLoss(problem)
    let rates = LearningRates(
      standard: settings.learningRate,
      groups: settings.learningRates.map { (name: $0.name, rate: $0.value) })
    optimizer = settings.makeOptimizer(rates: rates.resolve(start.entries).rates)
    scaler = try Standardizer(
      fitting: problem.features, decisions: Array(unit.fold.train), clip: experiment.features.clip)
    features = scaler.standardized(problem.features)
  }

  /// The state before the first epoch.
  var initialState: FitState { FitState(start, scaler: scaler) }

  /// Trains from `state` on; `checkpoint` is called every few epochs and at the end.
  func fit(
    from state: FitState, checkpoint: (FitState) throws -> Void = { _ in },
    progress: (Int) -> Void = { _ in }
  ) throws -> FitState {
    var state = state
    guard !state.isFinished else { return state }
    let tape = Tape()
    let train = block(unit.fold.train, on: tape)
    let validation = block(unit.fold.validation, on: tape)
    let mark = tape.mark
    var gradient = [Scalar](repeating: 0, count: start.values.count)
    while !state.isFinished {
      let epoch = state.epochs.count
      let held = try evaluate(validation, state.parameters, epoch, on: tape)
      tape.rewind(to: mark)
      var record = try differentiate(train, state.parameters, epoch, on: tape, into: &gradient)
      tape.rewind(to: mark)
      record.validation = held
      record.gradientNorm = clipNorm(of: &gradient, limit: settings.clipNorm)
      state.append(record, keepsLast: settings.keep == .last)
      state.isFinished =
        epoch == settings.epochs || epoch - state.bestEpoch >= settings.patience
      if !state.isFinished {
        optimizer.update(
          &state.parameters, gradient: gradient, state: &state.optimizer,
          factor: Scalar(settings.schedule.factor(epoch, of: settings.epochs)))
      }
      if state.isFinished || state.epochs.count % settings.checkpointEvery == 0 {
        try checkpoint(state)
      }
      progress(epoch)
    }
    return state
  }

  /// What given parameters decide for some decisions.
  func decide(_ decisions: Range<Int>, _ parameters: Parameters) throws -> PolicyDecisions {
    try policy.decide(decisions, of: problem, features: features, parameters: parameters)
  }

  private func block(_ decisions: Range<Int>, on tape: Tape) -> DecisionBlock {
    DecisionBlock(decisions, of: problem, features: features, for: policy, on: tape)
  }

  // MARK: One evaluation

  private struct Forward: ~Copyable {
    let pass: Pass
    let decision: Policy.Decision
  }

  private func forward(
    _ block: DecisionBlock, _ parameters: Parameters, epoch: Int?, on tape: Tape, mode: Mode,
    needsGradient: Bool
  ) throws -> Forward {
    var pass = Pass(
      tape: tape, parameters: parameters, mode: mode, needsGradient: needsGradient)
    do {
      let decision = try policy(block.inputs, in: &pass)
      return Forward(pass: pass, decision: decision)
    } catch let error as DatedError {
      throw failure(epoch, block, at: error.date, "\(error.underlying)", parameters)
    }
  }

  private func outcome(
    _ block: DecisionBlock, _ weights: Variable, _ epoch: Int
  ) throws -> PortfolioReturns.Outcome {
    do { return try block.portfolio(weights) } catch {
      throw failure(epoch, block, at: nil, "\(error)", nil)
    }
  }

  private func evaluate(
    _ block: DecisionBlock, _ parameters: Parameters, _ epoch: Int, on tape: Tape
  ) throws -> Double {
    let forward = try forward(
      block, parameters, epoch: epoch, on: tape, mode: .evaluation, needsGradient: false)
    let outcome = try outcome(block, forward.decision.weights, epoch)
    let loss = Double(objective.loss(block, outcome).item)
    guard loss.isFinite else {
      throw failure(epoch, block, at: nil, "the validation loss is \(loss)", parameters)
    }
    return loss
  }

  private func differentiate(
    _ block: DecisionBlock, _ parameters: Parameters, _ epoch: Int, on tape: Tape,
    into gradient: inout [Scalar]
  ) throws -> FitState.Epoch {
    let forward = try forward(
      block, parameters, epoch: epoch, on: tape,
      mode: .training(generator.split("epoch \(epoch)")), needsGradient: true)
    let outcome = try outcome(block, forward.decision.weights, epoch)
    let loss = objective.loss(block, outcome)
    let regularised = objective.regularised(loss, outcome, budgets: forward.decision.budgets)
    let total =
      auxiliary(forward.decision, block.decisions).map { regularised + $0 } ?? regularised
    let (value, penalised) = (Double(loss.item), Double(total.item))
    guard penalised.isFinite else {
      throw failure(epoch, block, at: nil, "the training loss is \(penalised)", parameters)
    }
    tape.backward(from: total)
    forward.pass.copyGradients(into: &gradient)
    if let bad = gradient.firstIndex(where: { !$0.isFinite }) {
      let name = parameters.name(at: bad) ?? "?"
      throw failure(
        epoch, block, at: nil, "the gradient of \(name) is \(gradient[bad])", parameters)
    }
    return FitState.Epoch(train: value, objective: penalised, validation: 0, gradientNorm: 0)
  }

  private func failure(
    _ epoch: Int?, _ block: DecisionBlock, at date: Int?, _ problem: String,
    _ parameters: Parameters?
  ) -> TrainingError {
    var text = problem
    if let parameters, let largest = Self.largest(parameters) {
      text += "; the largest parameter is in \(largest.name): \(largest.value)"
    }
    let period =
      "\(dateOfDecision(block.decisions.lowerBound))…"
      + "\(dateOfDecision(block.decisions.upperBound - 1))"
    text +=
      " (decisions \(period)); lower training.learningRate or training.clipNorm, or look at "
      + "the data of that time"
    return TrainingError(
      unit: unit.path, epoch: epoch ?? 0,
      date: date.map { dateOfDecision(block.decisions.lowerBound + $0) }, problem: text)
  }

  /// The first parameter that is not finite, or else the largest in magnitude.
  private static func largest(_ parameters: Parameters) -> (name: String, value: Scalar)? {
    var worst = 0
    for (index, value) in parameters.values.enumerated() {
      if !value.isFinite {
        worst = index
        break
      }
      if abs(value) > abs(parameters.values[worst]) { worst = index }
    }
    return parameters.name(at: worst).map { ($0, parameters.values[worst]) }
  }

  private func dateOfDecision(_ decision: Int) -> CalendarDate {
    problem.data.dates[problem.rows[decision]]
  }
}
