import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct RotatingValidationTests {
  private let overrides = ["folds.validationBlocks=2", "training.seeds=4"]

  @Test(arguments: [2, 3, 7], [0, 1, 4])
  func everyDecisionValidatesOnceAndTeachesAllOthers(_ blocks: Int, _ gap: Int) throws {
    let rotation = RotatingValidation(blocks: blocks, gap: gap)
    let decisions = 5..<5 + blocks * (gap + 8) + 3
    #expect(rotation.fits(decisions.count) && !rotation.fits(blocks * (gap + 8) - 1))
    let splits = rotation.splits(of: decisions)
    #expect(splits.count == blocks)
    #expect(splits.flatMap { Array($0.validation) } == Array(decisions))
    #expect(splits.map(\.validation.count).max()! - splits.map(\.validation.count).min()! <= 1)
    for split in splits {
      let held = split.validation
      let trained = split.trainParts.flatMap { Array($0) }
      #expect(
        trained
          == Array(decisions).filter {
            $0 < held.lowerBound - gap || $0 >= held.upperBound + gap
          })
      #expect(split.trainParts.allSatisfy { !$0.isEmpty })
    }
  }

  @Test(arguments: WalkForward.Scheme.allCases)
  func everySchemeRotatesOverAllThatPrecedesTheTest(_ scheme: WalkForward.Scheme) throws {
    var plan = WalkForward(
      scheme: scheme, train: 40, validation: 10, test: 12, purge: 2, embargo: 1)
    let plain = try plan.folds(available: 3..<150, firstTest: 80)
    plan.validationBlocks = 3
    let folds = try plan.folds(available: 3..<150, firstTest: 80)
    #expect(folds.map(\.testParts) == plain.map(\.testParts))
    for (fold, other) in zip(folds, plain) {
      let all = other.train.lowerBound..<other.splits[0].validation.upperBound
      #expect(fold.splits.flatMap { Array($0.validation) } == Array(all))
      #expect(all.upperBound + plan.gap == fold.test.lowerBound)
      #expect(fold.train == all)
      #expect(fold.namedSplits.map(\.name) == (1...3).map { "\(fold.index + 1).\($0)" })
    }
  }

  @Test func tooLittleHistoryIsRefusedWithNumbers() {
    let plan = WalkForward(
      scheme: .expanding, train: 20, validation: 10, test: 12, purge: 2, embargo: 1,
      validationBlocks: 5)
    let error = #expect(throws: FoldError.self) {
      try plan.folds(available: 3..<150, firstTest: 50)
    }
    #expect(
      error?.description.hasPrefix(
        "fold 1: 44 decisions before the test make blocks of 8; expected at least 11 (the gap of 3 and 8)"
      ) == true, "\(String(describing: error))")
  }

  /// No row that a member is validated on is one that its training earns, or is known of only after a
  /// decision of the other part.
  @Test func holdingPeriodsReachOverNeitherEdge() throws {
    let problem = try SmallExperiment.problem(overrides)
    let (every, lag) = (problem.experiment.decisions.every, problem.experiment.execution.lag)
    for unit in problem.units {
      let held = unit.validation
      for part in unit.trainParts {
        let (first, second) = part.lowerBound < held.lowerBound ? (part, held) : (held, part)
        let end = problem.rows[first.upperBound - 1] + every + lag
        #expect(end <= problem.rows[second.lowerBound], "\(unit.path)")
        #expect(problem.span(of: first).rows.upperBound <= problem.span(of: second).rows.lowerBound)
      }
    }
  }

  /// Networks, constants and forecasters of one number share a block; each block has as many.
  @Test func everyEnsembleTakesTurns() throws {
    let problem = try SmallExperiment.problem(
      overrides + ["baselines=[\"constant-budgets\",\"forecast-risk-parity\"]"])
    let fold = problem.folds[0]
    let numbers = { (isOwn: (Member) -> Bool) in
      problem.members.filter(isOwn).map { fold.split(of: $0) }
    }
    let (a, b) = (fold.splits[0], fold.splits[1])
    #expect(numbers(\.isOfModel) == [a, b, a, b])
    #expect(numbers(\.isConstants) == [a, b])
    #expect(numbers { !$0.isOfModel && !$0.isConstants } == [a, b, a, b])
    #expect(
      problem.members.filter(\.isConstants).map(\.name) == ["constants", "constants-1"])
    let constant = try SmallExperiment.problem(overrides + ["model.head.kind=none"])
    #expect(constant.members.filter(\.isOfModel).map { fold.split(of: $0) } == [a, b])
  }

  /// Other data in the second block change what trains there, and only the choice of the epoch of what
  /// validates there.
  @Test func membersTrainOnTheirPartsAlone() throws {
    let problem = try SmallExperiment.problem(overrides + ["training.keep=last"])
    let fold = problem.folds[0]
    let result = try SmallExperiment.run(problem)
    let own = result.fits.filter { $0.unit.fold == fold && $0.unit.member.isOfModel }
    #expect(own.count == 4)
    var generator = SplitMix64(seed: 5)
    let cut = problem.rows[fold.splits[1].validation.lowerBound - 1]
    let changed = try Problem(
      problem.experiment, data: problem.data.corrupted(after: cut, generator: &generator))
    for fit in own {
      let fitter = try Fitter(changed, fit.unit)
      let again = try fitter.fit(from: fitter.initialState)
      let validatesThere = fit.unit.validation == fold.splits[1].validation
      #expect((again.parameters == fit.state.parameters) == validatesThere, "\(fit.unit.path)")
      #expect(again.epochs.map(\.validation) != fit.state.epochs.map(\.validation))
    }
  }

  /// Noise after a decision of the test leaves the ensemble's and the constants' past as it was.
  @Test func theOutOfSamplePastKeepsItsBits() throws {
    let problem = try SmallExperiment.problem(overrides)
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty && outcome.compared > 500, "\(outcome)")
      #expect(outcome.training.after == 0)
    }
    let fold = problem.folds[0]
    let decision = fold.test.lowerBound + 7
    var generator = SplitMix64(seed: 2)
    let changed = try Problem(
      problem.experiment,
      data: problem.data.corrupted(after: problem.rows[decision], generator: &generator))
    let (before, after) = (try SmallExperiment.run(problem), try SmallExperiment.run(changed))
    let decided = (decision - fold.test.lowerBound + 1) * problem.assetCount
    for (old, new) in zip(before.strategies, after.strategies) {
      #expect(old.weights.elements[..<decided] == new.weights.elements[..<decided], "\(old.key)")
      #expect(old.path.returns != new.path.returns, "\(old.key)")
    }
  }

  /// In shares, on any number of threads, and gone on with after a stop.
  @Test func sharesAndStopsChangeNoBit() throws {
    let problem = try SmallExperiment.problem(overrides)
    let whole = try SmallExperiment.run(problem, threads: 3)
    let folder = try TemporaryDirectory()
    let directory = RunDirectory(path: folder.path)
    for index in [2, 3] {
      try SmallExperiment.work(problem, Shard(index: index, count: 3), in: directory)
    }
    let unit = problem.units[0]
    let fitter = try Fitter(problem, unit)
    let paused = try fitter.fit(from: fitter.initialState, pause: { true })
    #expect(!paused.isFinished)
    try directory.create(unit)
    try FitCheckpoint.write(paused, unit: unit, origin: .test, to: directory.checkpoint(unit))
    try SmallExperiment.work(problem, Shard(index: 1, count: 3), in: directory)
    let merged = try SmallExperiment.merge(problem, in: directory)
    #expect(merged.fits.map(\.state) == whole.fits.map(\.state))
    #expect(merged.model.weights == whole.model.weights)
    #expect(merged.baselines.map(\.weights) == whole.baselines.map(\.weights))
  }

  /// The model is the mean of its members and the learned constants of theirs, on all of a sweep's blocks.
  @Test func ensemblesAreMeans() throws {
    let problem = try SmallExperiment.problem(overrides)
    let result = try SmallExperiment.run(problem)
    func mean(_ isOwn: (Member) -> Bool) -> [Double] {
      let own = result.fits.filter { $0.unit.fold.index == 0 && isOwn($0.unit.member) }
      return own.reduce(
        into: [Double](repeating: 0, count: own[0].decisions.weights.elements.count)
      ) {
        for (i, weight) in $1.decisions.weights.elements.enumerated() {
          $0[i] += weight / Double(own.count)
        }
      }
    }
    let constants = try #require(result.baselines.first { $0.key == "constant-budgets" })
    for (weights, isOwn) in [
      (result.model.weights, \Member.isOfModel), (constants.weights, \.isConstants),
    ] {
      for (a, b) in zip(weights.elements, mean { $0[keyPath: isOwn] }) {
        #expect(abs(a - b) < 1e-6)
      }
    }
    let fold = problem.folds[0]
    #expect(
      try Sweep.validation(of: result)[0].count
        == fold.splits.reduce(0) { $0 + $1.validation.count })
  }

  private func problems(_ overrides: [String]) -> [String] {
    do {
      _ = try SmallExperiment.experiment(overrides)
      return []
    } catch let error as ConfigError {
      return error.problems.map(\.description)
    } catch { return ["\(error)"] }
  }

  @Test func whatHasNoMeaningIsRefusedInOneLine() throws {
    #expect(
      problems(["folds.validationBlocks=2", "training.seeds=3"]).first?.contains(
        "seeds is 3; expected a multiple of folds.validationBlocks, 2") == true)
    #expect(
      problems(["folds.validationBlocks=2", "training.seeds=3", "model.head.kind=none"]).isEmpty)
    #expect(
      problems(["folds.validationBlocks=2", "training.warmStart=true"]).first?.contains(
        "warmStart is true; expected false with folds.validationBlocks") == true)
    #expect(
      problems(["folds.validationBlocks=2", "folds.scheme=combinatorial"]).first?.contains(
        "validationBlocks: value is 2; expected null for combinatorial") == true)
    let fractional = try SmallExperiment.experiment(
      overrides + ["features.asset=[\"fractionalDifference(adf,20)\"]"])
    let error = #expect(throws: ExperimentError.self) {
      try fractional.resolvingFractionalOrders(SmallExperiment.data)
    }
    #expect(error?.description.contains("validates from the first row on; give the order") == true)
  }
}
