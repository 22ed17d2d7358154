import Autodiff
import Finance
import TestSupport
import Testing

@testable import Train

@Suite struct FloorRuleTests {
  private func rule(_ floor: Double) throws -> FloorRule {
    let text =
      "{\"indicator\": \"X\", \"above\": 1, \"assets\": [\"B\", \"C\"], \"floor\": \(floor)}"
    let settings = try ConfigDocument(parsing: text, file: "rule.json")
      .decode { FloorRuleSettings($0, known: ["A", "B", "C", "D"]) }.value
    return FloorRule(settings, assets: ["A", "B", "C", "D"])
  }

  @Test func defensiveAssetsGetTheirFloorWhileItIsActive() throws {
    let tape = Tape()
    let budgets = tape.constant(
      Tensor([0.5, 0.1, 0.2, 0.2, 0.5, 0.1, 0.2, 0.2, 0.1, 0.4, 0.4, 0.1], shape: [3, 4]))
    let active = tape.constant(Tensor([1, 0, 1], shape: [3, 1]))
    let result = try rule(0.6)(budgets, active: active).tensor.elements
    // Lifted to .6 in proportion; left alone; above the floor already.
    let expected = [
      0.5 * 4 / 7, 0.2, 0.4, 0.2 * 4 / 7, 0.5, 0.1, 0.2, 0.2, 0.1, 0.4, 0.4, 0.1,
    ]
    for (a, b) in zip(result, expected) { #expect(abs(Double(a) - b) < 1e-6) }
  }

  @Test func gradientsMatchDifferences() throws {
    let rule = try rule(0.6)
    expectGradients(
      of: [
        Tensor([0.5, 0.1, 0.2, 0.2, 0.5, 0.1, 0.2, 0.2, 0.1, 0.4, 0.35, 0.15], shape: [3, 4])
      ]
    ) { inputs in
      rule(inputs[0], active: inputs[0].tape.constant(Tensor([1, 0, 1], shape: [3, 1])))
    }
  }

  /// The rule acts on the dates whose indicator is at or above the threshold, and only there.
  @Test func theIndicatorActivatesIt() throws {
    let rule = "{\"indicator\":\"X\",\"above\":0.5,\"assets\":[\"B\"],\"floor\":0.9}"
    let problem = try SmallExperiment.problem([
      "model.floorRule=\(rule)", "model.budgets.floor=0.5", "model.budgets.cap=1.5",
    ])
    let activity = try #require(problem.floorActivity)
    for (d, row) in problem.rows.enumerated() {
      #expect(activity[d] == (problem.data.indicators[row, 0] >= 0.5))
    }
    let result = try SmallExperiment.run(problem)
    for (index, decision) in problem.tested.enumerated() {
      let budget = try #require(result.model.budgets)[index, 1]
      #expect(activity[decision] ? budget > 0.9 - 1e-6 : budget <= 0.5 + 1e-6)
    }
    let unknown = #expect(throws: ExperimentError.self) {
      try SmallExperiment.problem([
        "model.floorRule=\(rule.replacing("\"X\"", with: "\"Y\""))"
      ])
    }
    #expect(unknown?.description.contains("no indicator 'Y'") == true)
  }
}
