import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct SweepTests {
  private func point(_ value: Double) throws -> Sweep.Point {
    let result = try SmallExperiment.run(
      try SmallExperiment.problem(["objective.turnoverPenalty=\(value)", "training.epochs=6"]))
    return Sweep.Point(
      value: value, result: result, validation: try Sweep.validation(of: result))
  }

  @Test func theChosenTestsAreThoseOfTheChosenValues() throws {
    let points = [try point(3), try point(0)]
    let sweep = try Sweep(key: "objective.turnoverPenalty", points: points)
    #expect(sweep.points.map(\.value) == [0, 3])
    let problem = points[0].result.problem
    let start = problem.tested.lowerBound
    for (fold, choice) in zip(problem.folds, sweep.choices) {
      let expected = sweep.points[choice].result.model.weights
      for decision in fold.test {
        #expect(sweep.chosen.weights.row(decision - start) == expected.row(decision - start))
      }
    }
    let report = try SweepReport(sweep: sweep)
    #expect(report.markdown.contains("| chosen on validation |"))
    #expect(report.markdown.contains("| detectable |"))
    #expect(report.markdown.contains("Hindsight ceiling of constant budgets: Sharpe "))
    #expect(report.csv.split(separator: "\n").count == 4 + sweep.points[0].result.baselines.count)
  }

  /// Values that validate or test on other decisions cannot be compared in pairs: refused, before anything is
  /// trained or after.
  @Test(arguments: [
    (
      ["folds.validation=8"],
      "key: value 1.0 validates fold 1 on 12 decisions from 2001-02-26 on, value 2.0 validates fold 1 on 8 "
        + "decisions from 2001-03-26 on; a sweep compares values on the same decisions: choose a key that"
    ),
    (["folds.test=10"], "tests fold 1 on 15 decisions from"),
    (["covariance.window=63"], "or set decisions.firstRow where a longer history moves them"),
    (["folds.validationBlocks=2"], "validates fold 1.1"),
    (["decisions.every=4"], "validates fold 1"),
  ])
  func otherDecisionsAreRefused(overrides: [String], message: String) throws {
    let (one, two) = (try SmallExperiment.problem(), try SmallExperiment.problem(overrides))
    let error = #expect(throws: ExperimentError.self) {
      try Sweep.requireSameDecisions("key", [(1, one), (2, two)])
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(message), "\(text)")
  }

  @Test func anotherNumberOfFoldsIsRefused() throws {
    let problem = try SmallExperiment.problem()
    let shorter = try Problem(
      problem.experiment,
      data: LateListing.data(
        listing: 0, through: problem.rows[problem.folds[1].test.lowerBound] + 4))
    let error = #expect(throws: ExperimentError.self) {
      try Sweep.requireSameDecisions("key", [(1, problem), (2, shorter)])
    }
    #expect(shorter.folds.count == 1)
    let text = "key: value 1.0 has \(problem.folds.count) folds, value 2.0 1; a sweep"
    #expect(error?.description.hasPrefix(text) == true, "\(error?.description ?? "")")
  }

  @Test func otherTrainingDataAndHistoriesMayBeCompared() throws {
    let problems = try [[], ["folds.train=16"], ["covariance.window=65"], ["execution.lag=2"]].map {
      (value: 1.0, problem: try SmallExperiment.problem($0))
    }
    #expect(problems[2].problem.rows[0] != problems[0].problem.rows[0])
    try Sweep.requireSameDecisions("key", problems)
  }

  @Test func aSweepOfOtherFoldsIsRefused() throws {
    func point(_ value: Int) throws -> Sweep.Point {
      let result = try SmallExperiment.run(
        try SmallExperiment.problem(["folds.validation=\(value)", "training.epochs=1"]))
      return Sweep.Point(
        value: Double(value), result: result, validation: try Sweep.validation(of: result))
    }
    let points = [try point(8), try point(12)]
    #expect(throws: ExperimentError.self) { try Sweep(key: "folds.validation", points: points) }
  }

  /// Nothing of the tests enters the choice: other data after the last validation change no choice.
  @Test func theChoiceSeesNoTest() throws {
    let problem = try SmallExperiment.problem(["training.epochs=6"])
    let fold = problem.folds[0]
    var generator = SplitMix64(seed: 4)
    let cut = problem.rows[fold.test.lowerBound]
    let changed = try Problem(
      problem.experiment, data: problem.data.corrupted(after: cut, generator: &generator))
    let before = try Sweep.validation(of: try SmallExperiment.run(problem))
    let after = try Sweep.validation(of: try SmallExperiment.run(changed))
    #expect(before[0] == after[0])
    #expect(before[1] != after[1])
  }
}
