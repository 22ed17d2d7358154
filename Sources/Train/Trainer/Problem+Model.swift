internal import Autodiff
internal import Finance

extension Problem {
  /// Builds the policy of a member, and its parameters as `generator` starts them.
  func policy(
    of member: Member, generator: SplitMix64
  ) throws -> (policy: Policy, start: Parameters) {
    let settings = member == .constants ? experiment.model.constants : experiment.model
    var builder = ParameterBuilder(generator: generator)
    let policy = try builder.scope("policy") {
      try Policy(settings, ModelInputs(features), in: &$0)
    }
    return (policy, builder.parameters)
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
    let all = own + (try self.policy(of: .constants, generator: generator).start.entries)
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
