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
