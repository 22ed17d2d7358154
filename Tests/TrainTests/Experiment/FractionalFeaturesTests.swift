import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct FractionalFeaturesTests {
  private func experiment() throws -> Experiment {
    try SmallExperiment.experiment([
      "features.asset=[\"momentum(21)\",\"fractionalDifference(adf,20)\"]"
    ])
  }

  @Test func theOrderIsFoundInTrainingDataAndKept() throws {
    let found = try experiment().resolvingFractionalOrders(SmallExperiment.data)
    guard case .fractionalDifference(.fixed(let order), 20) = found.experiment.features.asset[1]
    else {
      Issue.record("no order: \(found.experiment.features.asset)")
      return
    }
    #expect(order > 0 && order <= 1)
    #expect(found.notes.count == 1)
    #expect(
      found.notes[0].hasPrefix("fractionalDifference(adf,20): the order is \(order), the smallest"))
    let problem = try Problem(found.experiment, data: SmallExperiment.data)
    // The rows it was found on end before the first fold's training does.
    let last = try #require(found.notes[0].split(separator: " ").last?.dropLast())
    let date = try #require(CalendarDate(String(last)))
    let trainingEnd = problem.rows[problem.folds[0].train.upperBound - 1]
    #expect(date <= problem.data.dates[trainingEnd])
    // Resolving again changes nothing.
    #expect(try found.experiment.resolvingFractionalOrders(SmallExperiment.data).notes.isEmpty)
  }

  /// A search validates on several blocks before the first test: none of them tells the order.
  @Test func aSearchsValidationDoesNotMoveIt() throws {
    let experiment = try experiment()
    let blocks = 2
    let data = SmallExperiment.data
    let test = try #require(experiment.folds.firstTest)
    let end = try #require(data.dates.firstIndex { $0 >= test })
    let first = end - blocks * experiment.folds.plan.validation * experiment.decisions.every
    var generator = SplitMix64(seed: 8)
    let corrupted = data.corrupted(after: first - 1, generator: &generator)
    let notes = try experiment.resolvingFractionalOrders(data, heldOutBlocks: blocks).notes
    #expect(
      try experiment.resolvingFractionalOrders(corrupted, heldOutBlocks: blocks).notes == notes)
    #expect(try experiment.resolvingFractionalOrders(data).notes != notes)
  }

  @Test func combinatorialFoldsHaveNoRowsToFindItIn() throws {
    let experiment = try SmallExperiment.experiment([
      "features.asset=[\"fractionalDifference(adf,20)\"]", "folds.scheme=combinatorial",
    ])
    let error = #expect(throws: ExperimentError.self) {
      try experiment.resolvingFractionalOrders(SmallExperiment.data)
    }
    #expect(
      error?.description.contains("give the order, as in fractionalDifference(0.4,20)") == true)
  }

  @Test func laterDataDoNotMoveIt() throws {
    let experiment = try experiment()
    let problem = try SmallExperiment.problem()
    var generator = SplitMix64(seed: 8)
    let corrupted = SmallExperiment.data.corrupted(
      after: problem.rows[problem.folds[0].train.upperBound - 1], generator: &generator)
    #expect(
      try experiment.resolvingFractionalOrders(SmallExperiment.data).notes
        == experiment.resolvingFractionalOrders(corrupted).notes)
  }
}
