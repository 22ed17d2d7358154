import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct FitterTests {
  private func fitter(_ overrides: [String]) throws -> Fitter {
    let problem = try SmallExperiment.problem(overrides)
    return try Fitter(problem, WorkUnit(fold: problem.folds[0], member: .network(seed: 0)))
  }

  private func epochs(_ overrides: [String]) throws -> [FitState.Epoch] {
    let fitter = try fitter(overrides)
    return try fitter.fit(from: fitter.initialState).epochs
  }

  @Test("Every optimiser learns", arguments: ["adam", "adamw", "sgd", "rmsprop", "lbfgs"])
  func everyOptimiserLearns(_ optimizer: String) throws {
    let epochs = try epochs([
      "training.optimizer=\(optimizer)", "training.epochs=40", "training.patience=40",
      "objective.cdar=0", "objective.priorPenalty=0", "objective.turnoverPenalty=0",
    ])
    #expect(epochs[40].train < epochs[0].train - 0.01)
  }

  /// Blocks cover the training part once an epoch, in an order that changes.
  @Test func blocksCoverTheTrainingPart() throws {
    for length in [8, 10, 13, 500] {
      var blocks: [Range<Int>] = []
      let problem = try SmallExperiment.problem()
      let tape = Tape()
      let fold = problem.folds[0]
      let features = problem.features
      let policy = try problem.policy(
        of: .network(seed: 0), generator: SplitMix64(seed: 1)
      ).policy
      let batches = TrainingBatch.of([fold.train], block: length) { range in
        blocks.append(range)
        return DecisionBlock(
          range, of: problem, features: features, for: policy.needs, targets: [], on: tape)
      }
      #expect(blocks.flatMap { Array($0) } == Array(fold.train))
      #expect(abs(batches.reduce(0) { $0 + $1.share } - 1) < 1e-12)
      let sizes = blocks.map(\.count)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
    let steps = try epochs(["training.block=10", "training.epochs=3"])
    #expect(steps.count == 4 && steps.allSatisfy { $0.train.isFinite })
  }

  /// Growth is a mean over rows, so the blocks' mean by their shares is that of the whole.
  ///
  /// But for the row of the first trade, that is, which each block counts besides its 50 or more; a sum would
  /// be four times as large. Learning rates of nearly zero leave it as it is.
  @Test func anEpochOfBlocksIsTheirMean() throws {
    let still = [
      "training.learningRate=1e-8", "training.learningRates={}", "training.clipNorm=1e-9",
      "training.epochs=3", "execution.costBasisPoints=0", "objective.turnoverPenalty=0",
      "objective.sharpe=0", "objective.cdar=0", "objective.logUtility=1",
      "objective.priorPenalty=0",
    ]
    let whole = try epochs(still)[0].train
    #expect(abs(whole) > 1e-3)
    for epoch in try epochs(["training.block=10"] + still) {
      #expect(abs(epoch.train / whole - 1) < 1.0 / 51)
    }
  }

  /// The chosen measure stands in the record.
  @Test("Validation by measure", arguments: ValidationMeasure.allCases)
  func validationByMeasure(_ measure: ValidationMeasure) throws {
    let first = try epochs(["training.validation=\(measure.rawValue)", "training.epochs=1"])[0]
    let alone = try epochs(
      measure == .loss
        ? ["training.epochs=1"]
        : [
          "training.epochs=1", "objective.sharpe=0", "objective.cdar=0",
          "objective.\(measure.rawValue)=1",
        ])[0]
    #expect(first.validation == alone.validation)
  }

  @Test func decayPullsItsGroupTowardsZero() throws {
    func norm(_ overrides: [String], _ name: String) throws -> Double {
      let fitter = try fitter(["training.epochs=4", "training.learningRate=0.01"] + overrides)
      let tensor = try fitter.fit(from: fitter.initialState).parameters["policy.\(name)"]
      return try #require(tensor).elements.reduce(0) { $0 + Double($1 * $1) }
    }
    let name = "head.layer1.weight"
    let plain = try norm([], name)
    let decayed = try norm(["training.weightDecays={\"head\": 9}"], name)
    #expect(decayed < plain)
    let elsewhere = try norm(["training.weightDecays={\"constants\": 0}"], name)
    #expect(elsewhere == plain)
  }

  /// What diverges stops with its place, and the state before the fatal step is kept.
  @Test func divergenceStopsWithThePlaceAndKeepsTheLastGoodState() throws {
    let fitter = try fitter(["training.epochs=30", "training.patience=30"])
    let sound = try fitter.fit(from: fitter.initialState)
    var broken = sound
    broken.isFinished = false
    broken.epochs.removeLast(20)
    broken.parameters.values = broken.parameters.values.map { _ in .nan }
    #expect(throws: TrainingError.self) { try fitter.fit(from: broken) }

    var experiment = try SmallExperiment.experiment(["training.epochs=30", "training.patience=30"])
    experiment.training.learningRates = [("constants", 1e200)]
    experiment.training.clipNorm = 1e300
    let problem = try Problem(experiment, data: SmallExperiment.data)
    let wild = try Fitter(problem, WorkUnit(fold: problem.folds[0], member: .network(seed: 0)))
    var saved: [FitState] = []
    let error = #expect(throws: TrainingError.self) {
      try wild.fit(from: wild.initialState, checkpoint: { saved.append($0) })
    }
    #expect(error?.description.hasPrefix("folds/00/seed-0, epoch 1") == true, "\(error as Any)")
    let last = try #require(saved.last)
    #expect(last.parameters.values.allSatisfy { $0.isFinite && abs($0) < 1e3 })
    #expect(!last.isFinished)
  }

  @Test func anObjectiveThatRisesTooFarHasDiverged() throws {
    let fitter = try fitter([
      "training.divergence=0.0001", "training.epochs=30", "training.patience=30",
      "training.learningRate=1",
      "training.learningRates={\"constants\":1}",
    ])
    let error = #expect(throws: TrainingError.self) {
      try fitter.fit(from: fitter.initialState)
    }
    #expect(error?.description.contains("training has diverged: the objective is") == true)
  }

  @Test func pausingAnywhereChangesNoBit() throws {
    let fitter = try fitter(["training.block=10", "training.epochs=3"])
    let whole = try fitter.fit(from: fitter.initialState)
    var state = fitter.initialState
    var pauses = 0
    while !state.isFinished {
      state = try fitter.fit(from: state, pause: { true })
      pauses += 1
    }
    #expect(state == whole)
    #expect(pauses > 4)
  }
}
