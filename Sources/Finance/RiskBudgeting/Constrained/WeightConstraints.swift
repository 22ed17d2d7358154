internal import Autodiff

/// Linear constraints of a long-only portfolio's weights, beside `Σw = 1`.
///
/// - Units: weights, group sums and turnover `Σ|wᵢ − wᵢ⁻|` are fractions of the portfolio.
public struct WeightConstraints: Sendable, Hashable {
  /// A set of assets whose weights' sum is bounded.
  public struct Group: Sendable, Hashable {
    /// The name in messages.
    public var name: String
    /// The assets, each once.
    public var members: [Int]
    /// The smallest sum.
    public var minimum: Double
    /// The largest sum.
    public var maximum: Double

    /// A group; without bounds it constrains nothing.
    public init(name: String, members: [Int], minimum: Double = 0, maximum: Double = 1) {
      self.name = name
      self.members = members
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  /// The smallest weight of each asset.
  public var lower: [Double]
  /// The largest weight of each asset.
  public var upper: [Double]
  /// Groups of assets; they may overlap.
  public var groups: [Group]
  /// The weights held before, drifted to now, from which turnover counts; they need not sum to one
  /// (the rest is cash).
  public var previousWeights: [Double]?
  /// The largest turnover `Σ|wᵢ − wᵢ⁻|` (both sides: selling all and buying anew is 2).
  public var turnoverLimit: Double?

  /// The number of assets.
  public var count: Int { lower.count }

  /// Constraints of `count` assets; by default none but `0 ≤ w ≤ 1`.
  public init(
    count: Int, lower: [Double]? = nil, upper: [Double]? = nil, groups: [Group] = [],
    previousWeights: [Double]? = nil, turnoverLimit: Double? = nil
  ) {
    self.lower = lower ?? [Double](repeating: 0, count: count)
    self.upper = upper ?? [Double](repeating: 1, count: count)
    self.groups = groups
    self.previousWeights = previousWeights
    self.turnoverLimit = turnoverLimit
    check(
      self.lower.count == count && self.upper.count == count,
      "WeightConstraints: \(self.lower.count) lower, \(self.upper.count) upper bounds for \(count)")
    check(
      (previousWeights == nil) == (turnoverLimit == nil),
      "WeightConstraints: a turnover limit needs previous weights, and they need it")
    check(
      previousWeights.map { $0.count == count } ?? true,
      "WeightConstraints: \(previousWeights?.count ?? 0) previous weights for \(count) assets")
    for group in groups {
      check(
        group.members.allSatisfy { $0 >= 0 && $0 < count }
          && Set(group.members).count == group.members.count,
        "WeightConstraints: group '\(group.name)' has members \(group.members) of \(count) assets")
    }
  }

  /// The numbers that are none, by name; empty for sound constraints.
  var fault: (constraint: WeightConstraint, value: Double)? {
    for i in 0..<count {
      guard lower[i].isFinite else { return (.lower(asset: i), lower[i]) }
      guard !upper[i].isNaN else { return (.upper(asset: i), upper[i]) }
    }
    for (g, group) in groups.enumerated() {
      guard group.minimum.isFinite else {
        return (.groupMinimum(group: g, name: group.name), group.minimum)
      }
      guard !group.maximum.isNaN else {
        return (.groupMaximum(group: g, name: group.name), group.maximum)
      }
    }
    for weight in previousWeights ?? [] where !weight.isFinite { return (.turnover, weight) }
    if let limit = turnoverLimit, !limit.isFinite { return (.turnover, limit) }
    return nil
  }
}
