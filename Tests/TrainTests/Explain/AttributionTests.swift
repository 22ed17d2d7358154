import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct AttributionTests {
  /// A small run, trained long enough to move.
  static func finished(
    _ overrides: [String] = [], _ body: (RunResult) throws -> Void
  ) throws {
    let problem = try SmallExperiment.problem(
      ["training.epochs=12", "training.patience=12", "objective.priorPenalty=0"] + overrides)
    let result = try SmallExperiment.run(problem, threads: 2)
    try body(result)
  }

  private func plan(_ problem: Problem, _ change: (inout Attribution.Plan) -> Void = { _ in })
    throws
    -> Attribution.Plan
  {
    var plan = Attribution.Plan(
      groups: try FeatureGroups(problem.experiment.features), dates: 7, backgrounds: 2, seed: 1)
    change(&plan)
    return plan
  }

  @Test func sharesSumToTheDifferenceAndKeepBudgetsWhole() throws {
    try Self.finished { run in
      let attribution = try Attribution(run, try plan(run.problem), threads: 2)
      #expect(attribution.groups.count == 4 && attribution.dates.count == 7)
      #expect(attribution.inefficiency < 1e-12)
      let n = attribution.assetCount
      let tolerance = MemoryLayout<Scalar>.size == 8 ? 1e-9 : 1e-5
      for d in attribution.dates.indices {
        // Budgets sum to one with and without features, so their shares sum to zero.
        #expect(abs(attribution.full[d].prefix(n).reduce(0, +) - 1) < tolerance)
        for g in attribution.groups.indices {
          #expect(abs(attribution.shares[g][d].prefix(n).reduce(0, +)) < tolerance)
        }
      }
      #expect(attribution.groups.indices.contains { attribution.budgetMoved($0) > 1e-6 })
    }
  }

  /// With all features known the values are the run's own decisions.
  @Test func theWholeCoalitionIsTheRun() throws {
    try Self.finished { run in
      let attribution = try Attribution(run, try plan(run.problem), threads: 1)
      let model = run.model
      let n = attribution.assetCount
      for (d, date) in attribution.dates.enumerated() {
        let row = try #require(
          run.problem.tested.firstIndex { run.problem.data.dates[run.problem.rows[$0]] == date })
        let tested = row - run.problem.tested.lowerBound
        for i in 0..<n {
          #expect(abs(attribution.full[d][n + i] - model.weights[tested, i]) < 1e-6)
        }
      }
      #expect(
        attribution.dates.last
          == run.problem.data.dates[run.problem.rows[run.problem.tested.upperBound - 1]])
    }
  }

  @Test func threadsDoNotChangeABit() throws {
    try Self.finished { run in
      let one = try Attribution(run, try plan(run.problem), threads: 1)
      let four = try Attribution(run, try plan(run.problem), threads: 4)
      #expect(one == four)
    }
  }

  /// A market feature that the network cannot see gets nothing: the linear scorer gives the same score to
  /// all assets for it, and equal scores leave budgets alone.
  @Test func whatCannotMatterGetsNothing() throws {
    try Self.finished(["model.sequence.kind=\"none\""]) { run in
      let attribution = try Attribution(run, try plan(run.problem), threads: 2)
      for (g, name) in attribution.groups.enumerated() {
        let moved = attribution.budgetMoved(g)
        if name.hasPrefix("indicator") {
          #expect(moved < (MemoryLayout<Scalar>.size == 8 ? 1e-9 : 1e-5))
        }
      }
    }
  }

  @Test func samplingSumsToTheSameDifference() throws {
    try Self.finished { run in
      let exact = try Attribution(run, try plan(run.problem), threads: 2)
      let orders = ShapleyValues.orders(players: 4, count: 24, generator: SplitMix64(seed: 2))
      #expect(orders.count == 24)
      // Twenty-four random orders of four groups are near the exact mean of all twenty-four.
      let groups = try FeatureGroups(
        run.problem.experiment.features,
        given: [("own", ["momentum(21)", "volatility(21)"])])
      #expect(groups.names == ["own", "indicator(X)", "indicatorChange(X,5)"])
      let grouped = try Attribution(
        run, try plan(run.problem) { $0.groups = groups }, threads: 2)
      for d in exact.dates.indices {
        for k in exact.full[d].indices {
          #expect(abs(exact.full[d][k] - grouped.full[d][k]) < 1e-12)
          #expect(abs(exact.base[d][k] - grouped.base[d][k]) < 1e-12)
        }
      }
    }
  }

  /// Thirteen groups are too many for every coalition.
  @Test func manyGroupsAreSampledWithIntervals() throws {
    let features = (3..<15).map { "\"momentum(\($0))\"" }.joined(separator: ",")
    try Self.finished(["features.asset=[\(features)]", "training.epochs=3"]) { run in
      let groups = try FeatureGroups(
        run.problem.experiment.features,
        given: (3..<15).map { ("m\($0)", ["momentum(\($0))"]) })
      #expect(groups.groups.count == 13)
      let attribution = try Attribution(
        run,
        try plan(run.problem) {
          $0.groups = groups
          $0.orders = 6
          $0.dates = 3
        }, threads: 2)
      #expect(attribution.inefficiency < 1e-12)
      let errors = try #require(attribution.errors)
      #expect(errors.count == 13 && errors[0].count == 3)
      for g in groups.groups.indices {
        let (margin, moved) = (
          try #require(attribution.budgetMargin(g)), attribution.budgetMoved(g)
        )
        #expect(margin >= 0 && moved >= 0 && (margin > 0) == (moved > 0))
      }
      #expect(groups.groups.indices.contains { (attribution.budgetMargin($0) ?? 0) > 0 })
      let section = Explanation(attribution: attribution, sensitivities: []).section
      let html = ReportDocument(title: "t", sections: [section]).html()
      #expect(Markup(html).fault == nil && html.contains("whisker") && html.contains(" ± "))
    }
  }

  @Test func filesRoundTrip() throws {
    try Self.finished { run in
      let attribution = try Attribution(run, try plan(run.problem), threads: 2)
      let text = attribution.json.text(.compact)
      let back = try Attribution(
        try JSONValue(strictly: Array(text.utf8), file: "a.json"), file: "a.json")
      #expect(back == attribution)
      var broken = attribution.json
      broken["base"] = [[1, 2]]
      let error = #expect(throws: ExperimentError.self) {
        try Attribution(broken, file: "a.json")
      }
      #expect(error?.description.hasPrefix("a.json: the sizes of its tables do not fit") == true)
    }
  }

  /// A model with regimes is explained by them.
  @Test func regimesAreTheModels() throws {
    try Self.finished(["model.regimes={}", "training.seeds=2", "training.keep=last"]) { run in
      let attribution = try Attribution(run, try plan(run.problem), threads: 2)
      #expect(attribution.states == ["regime 1", "regime 2"])
      let table = try #require(run.model.details[.regimes])
      for (date, regime) in zip(attribution.dates, attribution.regimes) {
        let row = try #require(
          run.problem.tested.firstIndex { run.problem.data.dates[run.problem.rows[$0]] == date })
        let own = Array(table.values.row(row - run.problem.tested.lowerBound))
        #expect(own[regime] == own.max())
      }
      let text = attribution.json.text(.compact)
      #expect(
        try Attribution(try JSONValue(parsing: text, file: "x"), file: "x") == attribution)
    }
  }

  @Test func groupsAreChecked() throws {
    let features = try SmallExperiment.experiment().features
    #expect(throws: UsageError.self) {
      try FeatureGroups(features, given: [("a", ["momentum(22)"])])
    }
    #expect(throws: UsageError.self) {
      try FeatureGroups(
        features, given: [("a", ["momentum(21)"]), ("b", ["momentum(21)"])])
    }
    #expect(ExplainCommand.split("f(1,2),g,h(3)") == ["f(1,2)", "g", "h(3)"])
  }

  /// Derivatives through network, budgets and solver agree with central differences of whole windows.
  @Test(arguments: ["lstm", "none"])
  func sensitivitiesAreDerivatives(_ cell: String) throws {
    guard MemoryLayout<Scalar>.size == 8 else { return }
    try Self.finished(["model.sequence.kind=\"\(cell)\""]) { run in
      let problem = run.problem
      let fold = problem.folds[0]
      let members = run.fits.filter {
        $0.unit.fold == fold && $0.unit.member.isOfModel
      }
      let decision = fold.test.lowerBound + 3
      let exact = try Sensitivities(problem, members: members, decision: decision)
      let h = 1e-5
      func weights(_ change: (inout FeatureTensors) -> Void) throws -> [Double] {
        var sum = [Double](repeating: 0, count: 3)
        for member in members {
          let policy = try problem.policy(of: member.unit.member, generator: SplitMix64(seed: 0))
            .policy
          var features = member.state.scaler.standardized(problem.features)
          change(&features)
          let decided = try policy.decide(
            decision..<decision + 1, of: problem, features: features,
            parameters: member.state.best)
          for i in 0..<3 { sum[i] += decided.weights[0, i] / Double(members.count) }
        }
        return sum
      }
      func difference(_ change: (inout FeatureTensors, Double) -> Void) throws -> [Double] {
        let up = try weights { change(&$0, h) }
        let down = try weights { change(&$0, -h) }
        return zip(up, down).map { ($0 - $1) / (2 * h) }
      }
      for f in 0..<2 {
        for asset in 0..<3 {
          let own = try difference { features, h in
            for d in 0..<problem.rows.count { features.asset[(d * 3 + asset) * 2 + f] += h }
          }
          #expect(abs(own[asset] - exact.own[f][asset]) < 1e-8)
        }
        let common = try difference { features, h in
          for index in stride(from: f, to: features.asset.count, by: 2) {
            features.asset[index] += h
          }
        }
        for i in 0..<3 { #expect(abs(common[i] - exact.common[f][i]) < 1e-8) }
      }
      let market = try difference { features, h in
        for index in stride(from: 0, to: features.market.count, by: 2) {
          features.market[index] += h
        }
      }
      for i in 0..<3 { #expect(abs(market[i] - exact.market[0][i]) < 1e-8) }
      // Weights sum to one, whatever the features.
      #expect(abs(exact.common[0].reduce(0, +)) < 1e-9)
    }
  }
}
