internal import Autodiff

/// The same weights whatever the covariance: 60/40 and its kind.
public struct FixedMix: AllocationRule, Hashable {
  /// The rule's name in reports.
  public let name: String
  /// The weights, long-only, summing to one.
  public let weights: [Double]

  /// Weights in the order of the assets; ≥ 0, and their sum is 1.
  public init(_ weights: [Double], name: String = "fixed mix") {
    check(
      weights.allSatisfy { $0 >= 0 } && (weights.reduce(0, +) - 1).magnitude < 1e-12,
      "FixedMix: \(weights); expected weights ≥ 0 that sum to 1")
    self.weights = weights
    self.name = name
  }

  /// 60 % in some assets and 40 % in others, in equal parts: equities and bonds.
  public static func sixtyForty(equities: [Int], bonds: [Int], count: Int) -> FixedMix {
    check(
      !equities.isEmpty && !bonds.isEmpty
        && Set(equities + bonds).count == equities.count + bonds.count
        && (equities + bonds).allSatisfy { $0 >= 0 && $0 < count },
      "FixedMix: equities \(equities) and bonds \(bonds) of \(count) assets")
    var weights = [Double](repeating: 0, count: count)
    for i in equities { weights[i] = 0.6 / Double(equities.count) }
    for i in bonds { weights[i] = 0.4 / Double(bonds.count) }
    return FixedMix(weights, name: "60/40")
  }

  /// The weights; only the size of the covariance matters.
  public func weights(covariance: Matrix) -> [Double] {
    check(
      covariance.rows == weights.count, "FixedMix: \(weights.count) weights for \(covariance.rows)")
    return weights
  }

  /// The mix of some of the assets; throws an ``AllocationError`` where another has a weight.
  public func restricted(to assets: [Int]) throws -> any DecisionRule {
    let kept = Set(assets)
    if let missing = weights.indices.first(where: { weights[$0] > 0 && !kept.contains($0) }) {
      throw AllocationError.notAvailable(rule: name, asset: missing, weight: weights[missing])
    }
    return FixedMix(assets.map { weights[$0] }, name: name)
  }
}
