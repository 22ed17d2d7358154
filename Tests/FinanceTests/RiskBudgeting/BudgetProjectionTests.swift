import Autodiff
import Finance
import Testing

@Suite struct BudgetProjectionTests {
  /// Overlapping groups, floors and caps around the equal share.
  private static func constraints(_ n: Int, seed: UInt64) -> WeightConstraints {
    var generator = SplitMix64(seed: seed)
    let share = 1 / Double(n)
    let half = Array(0..<n / 2)
    return WeightConstraints(
      count: n, lower: (0..<n).map { _ in share * 0.5 * generator.uniform() },
      upper: (0..<n).map { _ in share * (1.2 + generator.uniform()) },
      groups: n < 4
        ? []
        : [
          .init(name: "first half", members: half, minimum: 0.4, maximum: 0.45),
          .init(
            name: "every other", members: (0..<n).filter { $0 % 2 == 0 }, minimum: 0.1,
            maximum: 0.6),
        ])
  }

  private static func scores(_ n: Int, seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed + 1000)
    return generator.normals(n).map { (1 + $0) / Double(n) }
  }

  /// Dykstra's alternating projections, which know nothing of active sets.
  private func alternating(_ z: [Double], _ constraints: WeightConstraints) -> [Double] {
    let n = z.count
    var sets: [([Double]) -> [Double]] = [
      { x in
        let shift = (1 - x.reduce(0, +)) / Double(n)
        return x.map { $0 + shift }
      },
      { x in
        (0..<n).map { max(constraints.lower[$0], min(constraints.upper[$0], x[$0])) }
      },
    ]
    for group in constraints.groups {
      sets.append { x in
        let sum = group.members.reduce(0) { $0 + x[$1] }
        let shift =
          (max(group.minimum, min(group.maximum, sum)) - sum) / Double(group.members.count)
        var result = x
        for i in group.members { result[i] += shift }
        return result
      }
    }
    var point = z
    var corrections = sets.map { _ in [Double](repeating: 0, count: n) }
    for _ in 0..<20_000 {
      var change = 0.0
      for (s, set) in sets.enumerated() {
        let shifted = (0..<n).map { point[$0] + corrections[s][$0] }
        let next = set(shifted)
        for i in 0..<n {
          corrections[s][i] = shifted[i] - next[i]
          change = max(change, (next[i] - point[i]).magnitude)
        }
        point = next
      }
      if change < 1e-14 { break }
    }
    return point
  }

  @Test(arguments: [1, 2, 3, 5, 12, 40])
  func isTheNearestPoint(_ n: Int) throws {
    for seed in 0..<20 {
      let (z, constraints) = (
        Self.scores(n, seed: UInt64(seed)), Self.constraints(n, seed: UInt64(seed))
      )
      let solution = try BudgetProjection(constraints: constraints).project(z)
      let expected = alternating(z, constraints)
      #expect(distance(solution.budgets, expected) < 1e-9, "seed \(seed)")
      #expect((solution.budgets.reduce(0, +) - 1).magnitude < 1e-14)
      for (i, b) in solution.budgets.enumerated() {
        #expect(b >= constraints.lower[i] - 1e-13 && b <= constraints.upper[i] + 1e-13)
      }
      #expect(solution.multipliers.allSatisfy { $0.multiplier >= 0 })
    }
  }

  @Test func budgetsWithinTheBoundsStay() throws {
    let z = [0.1, 0.2, 0.3, 0.4]
    let solution = try BudgetProjection(
      constraints: WeightConstraints(count: 4, upper: [0.5, 0.5, 0.5, 0.4])
    ).project(z)
    #expect(distance(solution.budgets, z) < 1e-16)
    #expect(solution.multipliers.isEmpty && solution.weaklyActiveBounds == 1)
  }

  /// Gradients to the budgets and to every bound, against central differences.
  @Test(arguments: 0..<8)
  func gradientsEqualCentralDifferences(_ seed: Int) throws {
    let n = 7
    let (z, constraints) = (
      Self.scores(n, seed: UInt64(seed)), Self.constraints(n, seed: UInt64(seed))
    )
    var generator = SplitMix64(seed: 5)
    let cotangent = generator.normals(n)
    func loss(_ z: [Double], _ constraints: WeightConstraints) throws -> Double {
      zip(cotangent, try BudgetProjection(constraints: constraints).project(z).budgets)
        .reduce(0) { $0 + $1.0 * $1.1 }
    }
    let solution = try BudgetProjection(constraints: constraints).project(z)
    #expect(solution.weaklyActiveBounds == 0 && !solution.multipliers.isEmpty)
    let gradient = solution.gradient(cotangent: cotangent)
    let h = 1e-7
    func slope(_ change: (Double, inout [Double], inout WeightConstraints) -> Void) throws
      -> Double
    {
      let values = try [h, -h].map { step in
        var (moved, bounds) = (z, constraints)
        change(step, &moved, &bounds)
        return try loss(moved, bounds)
      }
      return (values[0] - values[1]) / (2 * h)
    }
    for i in 0..<n {
      #expect(try (slope { step, z, _ in z[i] += step } - gradient.budgets[i]).magnitude < 1e-7)
      #expect(
        try (slope { step, _, bounds in bounds.lower[i] += step } - gradient.lower[i]).magnitude
          < 1e-7)
      #expect(
        try (slope { step, _, bounds in bounds.upper[i] += step } - gradient.upper[i]).magnitude
          < 1e-7)
    }
    for g in 0..<2 {
      #expect(
        try
          (slope { step, _, bounds in bounds.groups[g].minimum += step } - gradient.groupMinima[g])
          .magnitude < 1e-7)
      #expect(
        try
          (slope { step, _, bounds in bounds.groups[g].maximum += step } - gradient.groupMaxima[g])
          .magnitude < 1e-7)
    }
  }

  @Test func contradictionsAreNamed() {
    func error(_ constraints: WeightConstraints) -> BudgetProjectionError? {
      #expect(throws: BudgetProjectionError.self) {
        try BudgetProjection(constraints: constraints).project([0.2, 0.3, 0.5])
      }
    }
    #expect(
      error(WeightConstraints(count: 3, upper: [0.2, 0.2, 0.2]))?.description == """
        budget projection: no budgets that sum to 1 meet the upper bound of asset 2, the upper bound \
        of asset 1, the upper bound of asset 0 together. Relax one of them.
        """)
    let group = WeightConstraints.Group(name: "bonds", members: [0, 1], minimum: 0.7)
    guard
      case .infeasible(let named)? = error(
        WeightConstraints(count: 3, lower: [0, 0, 0.4], groups: [group]))
    else {
      Issue.record("not refused")
      return
    }
    #expect(
      Set(named) == [.lower(asset: 2), .groupMinimum(group: 0, name: "bonds")])
    #expect(
      error(WeightConstraints(count: 3, lower: [0.5, 0, 0], upper: [0.4, 1, 1]))
        == .infeasible([.upper(asset: 0), .lower(asset: 0)])
        || error(WeightConstraints(count: 3, lower: [0.5, 0, 0], upper: [0.4, 1, 1]))
          == .infeasible([.lower(asset: 0), .upper(asset: 0)])
    )
    #expect(
      error(WeightConstraints(count: 3, lower: [.nan, 0, 0]))?.description.contains("is nan")
        == true)
  }

  @Test func budgetsThatAreNoneAreRefused() {
    for value in [Double.nan, .infinity, 1e7] {
      let error = #expect(throws: BudgetProjectionError.self) {
        try BudgetProjection(constraints: WeightConstraints(count: 2)).project([value, 0.5])
      }
      #expect(error?.description.contains("the budget of asset 0 is") == true)
    }
  }
}
