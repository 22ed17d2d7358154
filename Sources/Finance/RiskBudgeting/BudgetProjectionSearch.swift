/// The dual active-set method for `min ½‖b − z‖²`: constraints that are violated become active one
/// by one, each step as far as the multipliers of the others stay positive.
///
/// Bounds of single assets take the asset out of the system; what is solved for has the size of the
/// active rows (the sum and groups) only.
struct BudgetProjectionSearch {
  /// One constraint `sign · (Σ_{members} b) ≥ sign · bound`.
  private struct Bound {
    let members: [Int]
    let sign: Double
    let bound: Double
    let name: WeightConstraint?
    /// The asset, for a bound of one.
    let asset: Int?
  }

  private let constraints: WeightConstraints
  private let bounds: [Bound]
  private var b: [Double]
  /// For each asset the bound that holds it: −1 its lower, 1 its upper, 0 none.
  private var held: [Int]
  /// The active constraints in the order in which they became so, the sum first.
  private var active: [(bound: Int, multiplier: Double)] = []
  private static let rounding = 1e-13

  /// `bounds[0]` is the sum.
  init(_ z: [Double], _ constraints: WeightConstraints) {
    self.constraints = constraints
    b = z
    held = [Int](repeating: 0, count: z.count)
    var bounds = [
      Bound(members: Array(z.indices), sign: 1, bound: 1, name: nil, asset: nil)
    ]
    for i in z.indices {
      bounds.append(
        Bound(
          members: [i], sign: 1, bound: constraints.lower[i], name: .lower(asset: i), asset: i))
      if constraints.upper[i] < .infinity {
        bounds.append(
          Bound(
            members: [i], sign: -1, bound: constraints.upper[i], name: .upper(asset: i), asset: i))
      }
    }
    for (g, group) in constraints.groups.enumerated() {
      bounds.append(
        Bound(
          members: group.members, sign: 1, bound: group.minimum,
          name: .groupMinimum(group: g, name: group.name), asset: nil))
      if group.maximum < .infinity {
        bounds.append(
          Bound(
            members: group.members, sign: -1, bound: group.maximum,
            name: .groupMaximum(group: g, name: group.name), asset: nil))
      }
    }
    self.bounds = bounds
  }

  /// Below zero where the constraint is violated.
  private func slack(_ k: Int) -> Double {
    bounds[k].sign * (bounds[k].members.reduce(0) { $0 + b[$1] } - bounds[k].bound)
  }

  mutating func run() throws(BudgetProjectionError) {
    // The sum holds with equality and never leaves.
    let shift = (1 - b.reduce(0, +)) / Double(b.count)
    for i in b.indices { b[i] += shift }
    active = [(0, shift)]
    let limit = 50 * bounds.count
    for _ in 0..<limit {
      let taken = Set(active.map(\.bound))
      var (worst, next) = (-Self.rounding, -1)
      for k in bounds.indices where !taken.contains(k) {
        let value = slack(k)
        if value < worst { (worst, next) = (value, k) }
      }
      guard next >= 0 else { return }
      try activate(next)
    }
    throw .notConverged(changes: limit)
  }

  /// Makes a violated constraint active, dropping others on the way where that is needed.
  private mutating func activate(_ k: Int) throws(BudgetProjectionError) {
    let bound = bounds[k]
    var multiplier = 0.0
    while true {
      // The step that moves nothing active: the normal without its part along the active ones.
      var normal = [Double](repeating: 0, count: b.count)
      for i in bound.members { normal[i] = bound.sign }
      let rows = active.filter { bounds[$0.bound].asset == nil }
      let ν = Self.multipliers(rows.map { bounds[$0.bound].members }, held, normal)
      var direction = normal
      for (row, value) in zip(rows, ν) {
        for i in bounds[row.bound].members { direction[i] -= value }
      }
      // How fast the multipliers of active constraints fall.
      var falls: [Double] = []
      var position = 0
      for (index, _) in active {
        if let asset = bounds[index].asset {
          falls.append(bounds[index].sign * direction[asset])
        } else {
          falls.append(bounds[index].sign * ν[position])
          position += 1
        }
      }
      for i in b.indices where held[i] != 0 { direction[i] = 0 }
      let slope = bound.members.reduce(0) { $0 + bound.sign * direction[$1] }
      let full = slope > 1e-12 ? -slack(k) / slope : .infinity
      var (longest, leaving) = (Double.infinity, -1)
      for (place, entry) in active.enumerated() where entry.bound != 0 && falls[place] > 1e-12 {
        let length = max(0, entry.multiplier) / falls[place]
        if length < longest { (longest, leaving) = (length, place) }
      }
      let length = min(full, longest)
      guard length < .infinity else {
        let conflicting = active.indices
          .filter { falls[$0].magnitude > 1e-12 }.compactMap { bounds[active[$0].bound].name }
        throw .infeasible(conflicting + (bound.name.map { [$0] } ?? []))
      }
      multiplier += length
      for place in active.indices { active[place].multiplier -= length * falls[place] }
      if full < .infinity { for i in b.indices { b[i] += length * direction[i] } }
      if full <= longest {
        active.append((k, multiplier))
        if let asset = bound.asset {
          held[asset] = bound.sign > 0 ? -1 : 1
          b[asset] = bound.bound
        }
        return
      }
      if let asset = bounds[active[leaving].bound].asset { held[asset] = 0 }
      active.remove(at: leaving)
    }
  }

  /// `(A_F A_Fᵀ)⁻¹ A_F v` over the assets that no bound holds.
  static func multipliers(_ rows: [[Int]], _ held: [Int], _ v: [Double]) -> [Double] {
    var right = [Double](repeating: 0, count: rows.count)
    var matrix = Matrix(rows: rows.count, columns: rows.count)
    var marks = [Bool](repeating: false, count: held.count)
    for (a, row) in rows.enumerated() {
      for i in row where held[i] == 0 {
        marks[i] = true
        right[a] += v[i]
      }
      for (c, other) in rows.enumerated() {
        matrix[a, c] = Double(other.count { held[$0] == 0 && marks[$0] })
      }
      for i in row { marks[i] = false }
    }
    // Rows without a free asset determine nothing and are determined by nothing.
    for a in rows.indices where matrix[a, a] == 0 { matrix[a, a] = 1 }
    guard let factor = LUFactorization(matrix) else {
      fatalError("BudgetProjection: the active rows are linearly dependent")
    }
    return factor.solve(right)
  }

  /// What was found.
  var solution: BudgetProjectionSolution {
    let taken = Set(active.map(\.bound))
    let loose = bounds.indices.count { !taken.contains($0) && slack($0) < 1e-9 }
    let idle = active.count { $0.bound != 0 && $0.multiplier < 1e-9 }
    return BudgetProjectionSolution(
      budgets: b,
      multipliers: active.compactMap { entry in
        bounds[entry.bound].name.map { ($0, entry.multiplier) }
      },
      weaklyActiveBounds: loose + idle, held: held,
      rows: active.filter { bounds[$0.bound].asset == nil }.map { entry in
        let bound = bounds[entry.bound]
        var group: (index: Int, isMaximum: Bool)?
        switch bound.name {
        case .groupMinimum(let index, _): group = (index, false)
        case .groupMaximum(let index, _): group = (index, true)
        default: break
        }
        return (bound.members, group)
      }, groupCount: constraints.groups.count)
  }
}
