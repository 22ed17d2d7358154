import Testing

@testable import Train

@Suite struct ModelSettingsTests {
  private func problems(_ overrides: [String]) -> [String] {
    do {
      _ = try SmallExperiment.experiment(overrides)
      return []
    } catch let error as ConfigError {
      return error.problems.map(\.description)
    } catch { return ["\(error)"] }
  }

  @Test(arguments: [
    (["model.attention.neighbours=3"], "expected fewer than the 3 assets"),
    (["model.attention={}", "model.head.kind=none"], "expected a head.kind that is not none"),
    (["model.gate={}", "model.scorer=joint"], "expected scorer \"shared\", not \"joint\""),
    (["model.risk.kind=volatility", "model.scorer=joint"], "needs states of every asset"),
    (["model.risk.kind=cholesky", "model.head.kind=none"], "reads the network's states"),
    (["model.risk.weight=1"], "or a kind that forecasts volatilities"),
    (["model.risk.kind=none"], "expected one of \"trailing\""),
    (["model.tilt={}", "model.head.kind=none"], "a learned tilt reads the network's states"),
    (["model.tilt={}", "model.risk.kind=factor"], "expected a risk.kind other than factor"),
    (["model.tilt={}", "model.solver.condition=10"], "expected no limits with a tilt"),
    (["model.tilt.limit=1"], "model.tilt.limit"),
    (["model.drawdown={}", "model.head.kind=none"], "expected a head.kind that is not none"),
    (["model.regimes={}", "model.assetConstants=false"], "or regimes.budgets network"),
    (["model.measure.kind=edra"], "did you mean 'edar'?"),
    (["model.measure.kind=evar", "model.measure.rows=15"], "needs more than 20 rows of returns"),
    (
      ["model.measure={\"kind\":\"edar\",\"confidence\":0.99,\"rows\":100}"],
      "needs more than 100 rows of returns, but there are 100"
    ),
    (
      ["model.measure.kind=cvar", "model.risk.kind=dcc"], "expected trailing with measure.kind cvar"
    ),
    (["model.measure.kind=cvar", "model.solver.condition=9"], "of the solver for volatility"),
    (
      ["model.budgets.groups=[{\"name\":\"g\",\"assets\":[\"A\",\"Z\"]}]"],
      "'Z' is not in data.assets"
    ),
    (
      ["model.budgets.groups=[{\"name\":\"g\",\"assets\":[\"A\",\"A\"]}]"], "'A' is given twice"
    ),
    (
      ["model.budgets.groups=[{\"name\":\"g\",\"assets\":[\"A\"],\"minimum\":0.9}]"],
      "no budgets that sum to 1 meet"
    ),
    (
      [
        "model.budgets.groups=[{\"name\":\"g\",\"assets\":[\"A\"],\"minimum\":0.5,\"maximum\":0.4}]"
      ], "expected at least the minimum, 0.5"
    ),
    (
      ["model.regimes.emissions=network", "model.regimes.likelihood=1"],
      "expected 0 with network emissions"
    ),
    (
      ["model.floorRule={\"indicator\":\"X\",\"above\":1,\"assets\":[\"Z\"],\"floor\":0.5}"],
      "'Z' is not in data.assets"
    ),
    (["model.atention={}"], "did you mean 'attention'?"),
  ])
  func whatDoesNotFitIsRefusedWithTheRemedy(_ overrides: [String], _ text: String) {
    let found = problems(overrides)
    #expect(found.contains { $0.contains(text) }, "\(found)")
  }

  @Test func headsDivideTheWidth() throws {
    let problem = try SmallExperiment.problem([
      "model.attention.neighbours=1", "model.attention.heads=2",
    ])
    let error = #expect(throws: ExperimentError.self) { try problem.checkModel() }
    #expect(
      error?.description.contains("does not divide the width of the states, 3; choose one of 1, 3")
        == true)
    let temporal = try SmallExperiment.problem(["model.sequence.attention.heads=2"])
    #expect(throws: ExperimentError.self) { try temporal.checkModel() }
    let regimes = try SmallExperiment.problem([
      "model.regimes.indicators=[\"indicator(Z)\"]"
    ])
    let missing = #expect(throws: ExperimentError.self) { try regimes.checkModel() }
    #expect(missing?.description.contains("'indicator(Z)' is no market feature") == true)
  }

  /// The constants baseline keeps rules and recursions and drops everything that is a network.
  @Test func constantsDropTheNetwork() throws {
    for model in SmallModel.all {
      let settings = try SmallExperiment.experiment(model.overrides).model.constants
      #expect(settings.isConstant && settings.history == 0, "\(model)")
      #expect(!settings.risk.usesNetwork && settings.gate?.kind != .stochastic, "\(model)")
    }
  }
}
