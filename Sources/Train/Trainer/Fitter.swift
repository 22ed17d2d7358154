internal import Autodiff
internal import Finance
internal import Foundation
internal import Layers

/// Trains one member in one fold.
///
/// Each epoch evaluates the validation decisions, then takes a step for every batch: the whole
/// training part is one batch, or `training.block` cuts it into contiguous blocks that come in random
/// order. A network also learns from the pooled universes in every step. The parameters with the best
/// validation win, the untrained start among them. Nothing of the test part is read: features are scaled by
/// the training decisions' moments.
struct Fitter {
  let problem: Problem
  let unit: WorkUnit
  private let learner: Learner
  private let start: Parameters
  private let scaler: Standardizer
  private let optimizer: any Optimizer
  private let features: FeatureTensors
  private let pooled: [PooledTraining]
  private let settings: TrainingSettings
  private let generator: SplitMix64

  /// Builds the model and scales the features.
  ///
  /// The start is `warmStart` where given, parameters of the same model from the fold before.
  init(_ problem: Problem, _ unit: WorkUnit, warmStart: Parameters? = nil) throws {
    self.problem = problem
    self.unit = unit
    let experiment = problem.experiment
    settings = experiment.training
    generator = SplitMix64(seed: UInt64(experiment.seed))
      .split("fold \(unit.fold.index)").split(unit.member.name)
    var start: Parameters
    (learner, start) = try Self.learner(
      of: unit.member, problem, generator: generator.split("parameters"))
    if let warmStart { start.values = warmStart.values }
    self.start = start
    optimizer = settings.makeOptimizer(start.entries)
    scaler = try Standardizer(
      fitting: problem.features, decisions: unit.trainParts.flatMap { Array($0) },
      clip: experiment.features.clip)
    let history = experiment.model.history
    for part in unit.trainParts + [unit.validation] + unit.fold.testParts {
      // What a sequence looks back on is read as well.
      try problem.features.requireDefined(
        at: max(0, part.lowerBound - history)..<part.upperBound)
    }
    features = scaler.standardized(problem.features)
    guard unit.member.isOfModel else {
      pooled = []
      return
    }
    check(
      problem.pool.count == experiment.pool.count,
      "Fitter: data of \(problem.pool.count) pooled universes; expected \(experiment.pool.count)")
    pooled = try problem.pool.map {
      try PooledTraining($0, beside: unit.fold.split(of: unit.member), of: problem)
    }
  }

  /// What a unit trains.
  private enum Learner: Sendable {
    case policy(PolicyTask)
    case forecaster(ForecastTask)
  }

  private static func learner(
    of member: Member, _ problem: Problem, generator: SplitMix64
  ) throws -> (Learner, Parameters) {
    if case .forecaster(let target, _) = member {
      let (forecaster, start) = try problem.forecaster(target, generator: generator)
      return (.forecaster(ForecastTask(forecaster, of: problem)), start)
    }
    let (own, pooled, start) = try problem.policies(of: member, generator: generator)
    return (.policy(PolicyTask(own, pooled: pooled, of: problem)), start)
  }

  private var task: any FitTask {
    switch learner {
    case .policy(let task): task
    case .forecaster(let task): task
    }
  }

  /// The state before the first epoch.
  var initialState: FitState { FitState(start, scaler: scaler) }

  /// Trains from `state` on; `checkpoint` is called every few epochs and at the end.
  ///
  /// After `limit` epochs in all, the untrained start not counted, the state is saved and returned, and
  /// after every step `pause` is asked; where it says yes, likewise. Either is continued to the same
  /// bits. Numbers that are not finite and divergence throw a
  /// ``TrainingError`` after the state before the fatal step was saved.
  func fit(
    from state: FitState, upTo limit: Int? = nil, pause: () -> Bool = { false },
    checkpoint: (FitState) throws -> Void = { _ in },
    progress: (FitState) -> Void = { _ in }
  ) throws -> FitState {
    var state = state
    func isReached(_ state: FitState) -> Bool {
      guard let limit, state.pending == nil else { return state.isFinished }
      return state.isFinished || state.epochs.count > limit
    }
    guard !isReached(state) else { return state }
    let tape = Tape()
    var batches = TrainingBatch.of(unit.trainParts, block: settings.block) {
      block($0, on: tape)
    }
    // With a pool a step takes the whole training part, so that this is the only one.
    if !pooled.isEmpty { batches[0].pooled = pooled.map { $0.blocks(for: task, on: tape) } }
    let validation = TrainingBatch(blocks: [block(unit.validation, on: tape)], share: 1)
    let work = Work(tape: tape, mark: tape.mark, batches: batches, validation: validation)
    var sound: FitState?
    do {
      while !isReached(state) {
        if try !runEpoch(&state, work, sound: &sound, pause) {
          try checkpoint(state)
          return state
        }
        if isReached(state) || state.epochs.count % settings.checkpointEvery == 0 {
          try checkpoint(state)
        }
        progress(state)
      }
    } catch let error as TrainingError {
      // What is kept is the state before the step that broke it.
      if let sound { try checkpoint(sound) }
      throw error
    }
    return state
  }

  private struct Work {
    let tape: Tape
    let mark: Tape.Mark
    let batches: [TrainingBatch]
    let validation: TrainingBatch
  }

  /// One epoch, or what is left of it; false when it was paused within.
  private func runEpoch(
    _ state: inout FitState, _ work: Work, sound: inout FitState?, _ pause: () -> Bool
  ) throws -> Bool {
    let epoch = state.epochs.count
    if state.pending == nil {
      let held = try evaluate(work.validation, state.parameters, epoch, on: work.tape)
      work.tape.rewind(to: work.mark)
      state.beginEpoch(validation: held, keepsLast: settings.keep == .last)
    }
    // The last epoch only evaluates: nothing would see its steps.
    let isLast = epoch == settings.epochs || epoch - state.bestEpoch >= settings.patience
    let order = order(of: work.batches.count, epoch)
    var gradient = [Scalar](repeating: 0, count: start.values.count)
    while state.step < order.count {
      let batch = work.batches[order[state.step]]
      let (train, total, solver) = try differentiate(
        batch, state.parameters, epoch, state.step, on: work.tape, into: &gradient)
      work.tape.rewind(to: work.mark)
      let norm =
        settings.optimizer == .lbfgs
        ? clipNorm(of: &gradient, limit: .infinity)
        : clipNorm(of: &gradient, limit: settings.clipNorm)
      try requireConvergence(state, total, norm, epoch, batch)
      sound = state
      state.add(
        train: train, objective: total, gradientNorm: norm, solver: solver, share: batch.share)
      if !isLast {
        let validations = state.epochs.map(\.validation) + [state.pending?.validation ?? .infinity]
        optimizer.update(
          &state.parameters, gradient: gradient, objective: total, state: &state.optimizer,
          factor: Scalar(
            settings.schedule.factor(epoch, of: settings.epochs, validation: validations)))
      }
      if state.step == order.count {
        state.endEpoch()
        state.isFinished = isLast
        if isLast { state.best = try calibrated(state.best) }
      }
      if !state.isFinished, pause() { return false }
      if state.pending == nil { break }
    }
    return true
  }

  /// The parameters that are kept, with drawdown probabilities calibrated on the validation decisions,
  /// which their training has not seen.
  private func calibrated(_ parameters: Parameters) throws -> Parameters {
    guard case .policy(let task) = learner, let head = task.policy.drawdown else {
      return parameters
    }
    let validation = unit.validation
    let forecasts = try decide(validation, parameters).details[.drawdowns]
    let calibration = LogisticCalibration(
      logits: forecasts?.values.elements.map { log($0 / (1 - $0)) } ?? [],
      events: problem.drawdownEvents(validation))
    return head.calibrated(parameters, slope: calibration.slope, offset: calibration.offset)
  }

  /// The order of an epoch's batches.
  private func order(of count: Int, _ epoch: Int) -> [Int] {
    guard count > 1 else { return [0] }
    var stream = generator.split("epoch \(epoch)").split("order")
    return (0..<count).shuffled(using: &stream)
  }

  private func requireConvergence(
    _ state: FitState, _ objective: Double, _ norm: Double, _ epoch: Int, _ batch: TrainingBatch
  ) throws {
    guard norm.isFinite else {
      throw failure(epoch, batch, at: nil, "the gradient's norm is \(norm)", state.parameters)
    }
    // A single block's objective is too noisy to compare with the mean of all.
    guard settings.block == nil, let lowest = state.epochs.map(\.objective).min(),
      objective > lowest + settings.divergence
    else { return }
    throw failure(
      epoch, batch, at: nil,
      "training has diverged: the objective is \(objective) after a lowest of \(lowest)",
      state.parameters)
  }

  /// What given parameters decide for some decisions, of a unit that decides.
  func decide(_ decisions: Range<Int>, _ parameters: Parameters) throws -> PolicyDecisions {
    guard case .policy(let task) = learner else {
      fatalError("Fitter: \(unit.path) forecasts and does not decide")
    }
    return try task.policy.decide(
      decisions, of: problem, features: features, parameters: parameters)
  }

  /// What given parameters decide in the fold's tests, part after part.
  func decideTests(_ parameters: Parameters) throws -> PolicyDecisions {
    PolicyDecisions.joined(try unit.fold.testParts.map { try decide($0, parameters) })
  }

  /// What given parameters forecast for some decisions; nil for a unit that decides.
  func forecasts(_ decisions: Range<Int>, _ parameters: Parameters) -> Forecasts? {
    guard case .forecaster(let task) = learner else { return nil }
    return task.forecasts(decisions, features: features, parameters: parameters)
  }

  /// A finished state with what it decides or forecasts in the fold's tests.
  func fitted(_ state: FitState) throws -> FittedUnit {
    guard case .forecaster = learner else {
      return FittedUnit(unit: unit, state: state, decisions: try decideTests(state.best))
    }
    let parts = unit.fold.testParts.compactMap { forecasts($0, state.best) }
    return FittedUnit(
      unit: unit, state: state, decisions: .none, forecasts: Forecasts.joined(parts))
  }

  private func block(_ decisions: Range<Int>, on tape: Tape) -> DecisionBlock {
    DecisionBlock(
      decisions, of: problem, features: features, for: task.needs, targets: task.targets, on: tape)
  }

  // MARK: One evaluation

  /// Runs a part of the task and says where it failed.
  private func run<Result>(
    _ batch: TrainingBatch, _ epoch: Int, _ parameters: Parameters, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let error as DecisionFailure {
      throw failure(epoch, batch, at: error.decision, "\(error.underlying)", parameters)
    }
  }

  private func evaluate(
    _ batch: TrainingBatch, _ parameters: Parameters, _ epoch: Int, on tape: Tape
  ) throws -> Double {
    var pass = Pass(
      tape: tape, parameters: parameters, mode: .evaluation, needsGradient: false)
    let loss = try run(batch, epoch, parameters) {
      Double(try task.validation(batch.blocks, in: &pass).item)
    }
    guard loss.isFinite else {
      throw failure(epoch, batch, at: nil, "the validation loss is \(loss)", parameters)
    }
    return loss
  }

  /// The loss and the objective of a batch, and the objective's gradient.
  private func differentiate(
    _ batch: TrainingBatch, _ parameters: Parameters, _ epoch: Int, _ step: Int, on tape: Tape,
    into gradient: inout [Scalar]
  ) throws -> (loss: Double, objective: Double, solver: SolverMaxima) {
    let stream = generator.split("epoch \(epoch)")
    var pass = Pass(
      tape: tape, parameters: parameters,
      mode: .training(step == 0 ? stream : stream.split("step \(step)")), needsGradient: true)
    let (loss, total, solver) = try run(batch, epoch, parameters) {
      try task.training(batch, at: epoch, in: &pass)
    }
    let (value, penalised) = (Double(loss.item), Double(total.item))
    guard penalised.isFinite else {
      throw failure(epoch, batch, at: nil, "the training loss is \(penalised)", parameters)
    }
    tape.backward(from: total)
    pass.copyGradients(into: &gradient)
    if let bad = gradient.firstIndex(where: { !$0.isFinite }) {
      let name = parameters.name(at: bad) ?? "?"
      throw failure(
        epoch, batch, at: nil, "the gradient of \(name) is \(gradient[bad])", parameters)
    }
    return (value, penalised, solver)
  }

  private func failure(
    _ epoch: Int, _ batch: TrainingBatch, at decision: Int?, _ problem: String,
    _ parameters: Parameters
  ) -> TrainingError {
    var text = problem
    if let largest = Self.largest(parameters) {
      text += "; the largest parameter is in \(largest.name): \(largest.value)"
    }
    let first = batch.blocks.first?.decisions.lowerBound ?? 0
    let last = (batch.blocks.last?.decisions.upperBound ?? 1) - 1
    // Where nothing was learned yet, no rate is to blame.
    let remedy =
      parameters.values == start.values
      ? "look at the data of that time"
      : "lower training.learningRate or training.clipNorm, or look at the data of that time"
    text += " (decisions \(self.problem.date(first))…\(self.problem.date(last))); \(remedy)"
    return TrainingError(
      unit: unit.path, epoch: epoch, date: decision.map(self.problem.date), problem: text)
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
}
