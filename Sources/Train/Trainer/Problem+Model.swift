internal import Autodiff
internal import Finance

extension Problem {
  /// Builds the policy of a member, and its parameters as `generator` starts them; those that are of
  /// pooled universes alone among them.
  func policy(
    of member: Member, generator: SplitMix64
  ) throws -> (policy: Policy, start: Parameters) {
    let (own, _, start) = try policies(of: member, generator: generator)
    return (own, start)
  }

  /// Builds the policy of a member and, of a network, those of the pooled universes, which share its
  /// parameters but for the constants of their assets.
  func policies(
    of member: Member, generator: SplitMix64
  ) throws -> (own: Policy, pooled: [Policy], start: Parameters) {
    let settings = member.isConstants ? experiment.model.constants : experiment.model
    var builder = ParameterBuilder(generator: generator)
    let inputs = ModelInputs(features)
    let own = try builder.scope("policy") { try Policy(settings, inputs, in: &$0) }
    let pooled = try (member.isOfModel ? experiment.pool : []).map { universe in
      try builder.sharing { builder in
        try builder.scope("policy") {
          try Policy(settings, inputs.pooled(universe), in: &$0)
        }
      }
    }
    return (own, pooled, builder.parameters)
  }

  /// Builds a forecaster with the model's network, and its parameters as `generator` starts them.
  func forecaster(
    _ target: ForecastTarget, generator: SplitMix64
  ) throws -> (forecaster: Forecaster, start: Parameters) {
    var builder = ParameterBuilder(generator: generator)
    let forecaster = try builder.scope("forecaster") {
      try Forecaster(target, experiment.model, ModelInputs(features), in: &$0)
    }
    return (forecaster, builder.parameters)
  }

  /// What the baselines have forecast, in order.
  var forecastTargets: [ForecastTarget] {
    ForecastTarget.allCases.filter { target in
      experiment.baselines.contains { baseline in
        if case .forecast(let pipeline) = baseline.strategy {
          return pipeline.targets.contains(target)
        }
        return false
      }
    }
  }

  /// The blocks of the forecasters that baselines need.
  func forecasterBlocks() throws -> [(target: ForecastTarget, blocks: [BlockSummary])] {
    try forecastTargets.map {
      ($0, try forecaster($0, generator: SplitMix64(seed: 0)).forecaster.blocks)
    }
  }

  /// Builds the model once and returns its blocks.
  ///
  /// Throws when bounds cannot be met or a parameter group names no parameter.
  @discardableResult
  func checkModel() throws -> [BlockSummary] {
    let generator = SplitMix64(seed: 0)
    let (policy, start) = try policy(of: .network(seed: 0), generator: generator)
    let own = start.entries
    // The constants are trained for the baseline even where the model has none.
    var all = own + (try self.policy(of: .constants(number: 0), generator: generator).start.entries)
    for target in forecastTargets {
      all += try forecaster(target, generator: generator).start.entries
    }
    let training = experiment.training
    for (key, groups) in [
      ("learningRates", training.rateGroups), ("weightDecays", training.decayGroups),
    ] {
      guard let unmatched = groups.resolve(all).unmatched.first else { continue }
      throw ExperimentError(
        "training.\(key): '\(unmatched)' names no parameter"
          + Spelling.hint(
            for: unmatched,
            among: own.flatMap { $0.name.split(separator: ".").map { String($0) } })
          + "; the parameters are \(own.map(\.name).joined(separator: ", "))")
    }
    return policy.blocks
  }
}
