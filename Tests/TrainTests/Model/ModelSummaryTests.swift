import Autodiff
import Testing

@testable import Train

@Suite struct ModelSummaryTests {
  @Test(arguments: SmallModel.all)
  func blocksAccountForEveryParameter(_ model: SmallModel) throws {
    let problem = try SmallExperiment.problem(model.overrides)
    let (policy, start) = try problem.policy(
      of: .network(seed: 0), generator: SplitMix64(seed: 0))
    #expect(policy.blocks.reduce(0) { $0 + $1.parameters } == start.values.count)
    #expect(policy.blocks.allSatisfy { $0.multiplyAdds >= 0 && !$0.kind.isEmpty })
  }

  @Test func theSmallModelIsCountedByHand() throws {
    // 4 features, 3 units, 4 steps, 3 assets.
    let blocks = try SmallExperiment.problem().checkModel()
    #expect(
      blocks.map(\.name) == ["sequence", "head", "assetConstants", "budgets", "solver"])
    #expect(blocks[0].parameters == 4 * 3 * (4 + 3 + 1))
    #expect(blocks[0].multiplyAdds == 3 * (4 * 3 * 4 + 4 * 4 * 3 * 3))
    #expect(blocks[0].output == "[D, 3, 3]")
    #expect(blocks[1].parameters == 4 && blocks[1].multiplyAdds == 9)
    #expect(blocks[2].parameters == 3)
  }

  /// A block that is switched off is not there: no parameters, no work.
  @Test func aBlockThatIsSwitchedOffCostsNothing() throws {
    let constant = try SmallExperiment.problem(["model.head.kind=none"]).checkModel()
    #expect(constant.map(\.name) == ["assetConstants", "budgets", "solver"])
    let linear = try SmallExperiment.problem(["model.sequence.kind=none"]).checkModel()
    #expect(linear.map(\.name) == ["head", "assetConstants", "budgets", "solver"])
  }
}
