internal import Autodiff
internal import Finance

/// A rule among the assets in the universe of each decision; the others get no weight.
///
/// The universe is the experiment's, without the assets that have fewer rows than the rule itself reads.
/// Whatever the rule reads, it reads of these assets alone, as if the others were not in the config.
struct UniverseRule: DecisionRule {
  let rule: any DecisionRule
  /// The rows of history that the experiment asks of an asset.
  let history: Int

  var name: String { rule.name }
  var requiredRows: Int { rule.requiredRows }

  func weights(at point: DecisionPoint) throws -> [Double] {
    let members = point.members(history: max(history, rule.requiredRows))
    guard members.count < point.assets else { return try rule.weights(at: point) }
    guard !members.isEmpty else {
      throw ExperimentError(
        "\(name): no asset has the \(max(history, rule.requiredRows)) rows of history that it needs; "
          + "start later, or shorten its window")
    }
    // Errors number assets: what is left out in the whole universe, all else among the members.
    let inner = try AssetNames(names: point.assetNames).explaining {
      try rule.restricted(to: members)
    }
    let own = try AssetNames(names: members.map { point.assetNames[$0] }).explaining {
      try inner.weights(at: point.restricted(to: members, last: rule.requiredRows))
    }
    var weights = [Double](repeating: 0, count: point.assets)
    for (weight, asset) in zip(own, members) { weights[asset] = weight }
    return weights
  }
}
