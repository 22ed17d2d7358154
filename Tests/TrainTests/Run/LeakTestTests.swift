import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct LeakTestTests {
  @Test(arguments: SmallModel.all)
  func nothingUpToTheCutDependsOnWhatFollows(_ model: SmallModel) throws {
    let problem = try SmallExperiment.problem(model.overrides)
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty, "\(outcome)")
      #expect(outcome.compared > 500)
    }
  }

  @Test(arguments: CovarianceSettings.Estimator.allCases)
  func noEstimatorLooksAhead(_ estimator: CovarianceSettings.Estimator) throws {
    // Models need a longer window, and with it a later first test.
    let problem = try SmallExperiment.problem(
      ["covariance.estimator=\(estimator.rawValue)", "model.sequence.kind=none"]
        + (estimator.isConditional
          ? [
            "covariance.window=250", "covariance.refitEvery=60", "folds.firstTest=2001-10-01",
            "folds.test=8", "folds.train=10", "folds.validation=6",
          ] : []))
    for outcome in try LeakTest(problem: problem).run() { #expect(outcome.differences.isEmpty) }
  }

  /// Negative control: data that change one row too early are seen, in every part.
  @Test func aLeakOfOneRowIsCaught() throws {
    let problem = try SmallExperiment.problem()
    let fold = problem.folds[0]
    let decision = fold.test.lowerBound + 3
    var generator = SplitMix64(seed: 1)
    let early = problem.data.corrupted(after: problem.rows[decision] - 1, generator: &generator)
    let outcome = try LeakTest(problem: problem).compare(decision, fold: fold, with: early)
    for part in ["asset features", "market features", "covariances", "weights", "net returns"] {
      #expect(outcome.differences.contains { $0.hasPrefix(part) }, "\(part) in \(outcome)")
    }
    #expect(!outcome.differences.contains { $0.hasPrefix("trained parameters") })
  }

  /// Negative control: noise inside the training part reaches the parameters.
  @Test func aLeakIntoTrainingIsCaught() throws {
    let problem = try SmallExperiment.problem()
    let fold = problem.folds[0]
    var generator = SplitMix64(seed: 1)
    let early = problem.data.corrupted(
      after: problem.rows[fold.splits[0].validation.lowerBound], generator: &generator)
    let outcome = try LeakTest(problem: problem).compare(
      fold.test.lowerBound, fold: fold, with: early)
    #expect(outcome.differences.contains { $0.hasPrefix("weights") })
  }

  /// A whole run on data that change after a date: the out-of-sample past keeps its bits.
  @Test func theOutOfSamplePastOfAWholeRunKeepsItsBits() throws {
    let problem = try SmallExperiment.problem()
    let fold = problem.folds[0]
    let decision = fold.test.lowerBound + 7
    let row = problem.rows[decision]
    var generator = SplitMix64(seed: 2)
    let changed = try Problem(
      try SmallExperiment.experiment(),
      data: problem.data.corrupted(after: row, generator: &generator))
    let (before, after) = (try SmallExperiment.run(problem), try SmallExperiment.run(changed))
    let n = problem.assetCount
    let decided = (decision - fold.test.lowerBound + 1) * n
    let earned = row - problem.span(of: problem.tested).firstRow + 1
    for (old, new) in zip(before.strategies, after.strategies) {
      #expect(old.weights.elements[..<decided] == new.weights.elements[..<decided], "\(old.key)")
      #expect(old.path.returns[..<earned] == new.path.returns[..<earned], "\(old.key)")
      #expect(old.path.returns[earned...] != new.path.returns[earned...], "\(old.key)")
    }
  }

  /// Training on what follows the tests cannot be tested for leaks; it is counted and said.
  @Test func whatCombinatorialFoldsLeaveOutIsSaid() throws {
    let problem = try SmallExperiment.problem([
      "folds={\"scheme\":\"combinatorial\",\"groups\":4,\"testedGroups\":2,\"validation\":8,\"purge\":1}",
      "model.sequence.kind=none",
    ])
    let outcomes = try LeakTest(problem: problem).run()
    for outcome in outcomes {
      #expect(outcome.differences.isEmpty)
      let fold = problem.folds[outcome.fold]
      let cut = fold.test.lowerBound + fold.test.count / 2
      let after = fold.splits[0].trainParts.reduce(0) { sum, part in
        sum + part.clamped(to: cut + 1..<problem.rows.count).count
      }
      #expect(outcome.training == (fold.splits[0].trainParts.reduce(0) { $0 + $1.count }, after))
      let text = CheckCommand.leakTest(outcome)
      #expect(
        text.hasSuffix(
          after == 0
            ? "compared)"
            : "; training is left out: \(after) of the fold's \(outcome.training.decisions) training "
              + "decisions follow the date"), "\(text)")
    }
    #expect(Set(outcomes.map { $0.training.after > 0 }) == [true, false], "both kinds are there")
    for outcome in try LeakTest(problem: try SmallExperiment.problem()).run() {
      #expect(outcome.training.after == 0 && outcome.training.decisions > 0)
    }
  }
}
