internal import KernelInterface
internal import Kernels

/// The rows `A x ≤ d` of constraints over the assets of a problem, without those that `w ≥ 0`,
/// `Σw = 1` imply.
///
/// With a turnover limit there are as many auxiliary variables `s ≥ |w − w⁻|` after the `n`
/// weights. Rows that hold with equality (`lower = upper`) are marked and appear once.
struct ConstraintRows {
  /// What a row's right-hand side is, for gradients.
  enum Parameter: Hashable {
    case lower(Int), upper(Int), groupMinimum(Int), groupMaximum(Int)
    case bought(Int), sold(Int), turnover
  }

  /// The assets' numbers in the whole problem.
  let assets: [Int]
  /// The number of variables: the assets', and as many again with a turnover limit.
  let variables: Int
  private(set) var coefficients: [[Double]] = []
  private(set) var bounds: [Double] = []
  private(set) var parameters: [Parameter] = []
  private(set) var isEquality: [Bool] = []

  var count: Int { bounds.count }
  var hasTurnover: Bool { variables > assets.count }

  init(_ constraints: WeightConstraints, assets: [Int], turnover: Bool) {
    self.assets = assets
    let n = assets.count
    variables = turnover ? 2 * n : n
    func unit(_ index: Int, _ value: Double) -> [Double] {
      var row = [Double](repeating: 0, count: variables)
      row[index] = value
      return row
    }
    for (k, asset) in assets.enumerated() {
      let (lower, upper) = (constraints.lower[asset], constraints.upper[asset])
      if lower == upper {
        add(unit(k, 1), upper, .upper(asset), equality: true)
        continue
      }
      if lower > 0 { add(unit(k, -1), -lower, .lower(asset)) }
      if upper < 1 { add(unit(k, 1), upper, .upper(asset)) }
    }
    for (g, group) in constraints.groups.enumerated() {
      var row = [Double](repeating: 0, count: variables)
      for (k, asset) in assets.enumerated() where group.members.contains(asset) { row[k] = 1 }
      if group.minimum == group.maximum {
        add(row, group.maximum, .groupMaximum(g), equality: true)
        continue
      }
      if group.minimum > 0 { add(row.map { -$0 }, -group.minimum, .groupMinimum(g)) }
      if group.maximum < 1 { add(row, group.maximum, .groupMaximum(g)) }
    }
    guard turnover, let previous = constraints.previousWeights,
      let limit = constraints.turnoverLimit
    else { return }
    for (k, asset) in assets.enumerated() {
      for sign in [1.0, -1] {
        var row = unit(k, sign)
        row[n + k] = -1
        add(row, sign * previous[asset], sign > 0 ? .bought(asset) : .sold(asset))
      }
    }
    // What excluded assets held is sold.
    let excluded = Set(assets).symmetricDifference(previous.indices).sorted()
    let sold = excluded.reduce(0) { $0 + previous[$1].magnitude }
    var row = [Double](repeating: 0, count: variables)
    for k in n..<2 * n { row[k] = 1 }
    add(row, limit - sold, .turnover)
  }

  private mutating func add(
    _ row: [Double], _ bound: Double, _ parameter: Parameter, equality: Bool = false
  ) {
    coefficients.append(row)
    bounds.append(bound)
    parameters.append(parameter)
    isEquality.append(equality)
  }

  /// `A − d 1ᵀ` (over the weights): the rows in homogeneous form, `≤ 0`.
  var homogenised: [[Double]] {
    let n = assets.count
    return zip(coefficients, bounds).map { row, bound in
      row.enumerated().map { $0.offset < n ? $0.element - bound : $0.element }
    }
  }

  /// The public name of a row.
  func constraint(_ row: Int, _ constraints: WeightConstraints) -> WeightConstraint {
    switch parameters[row] {
    case .lower(let asset): .lower(asset: asset)
    case .upper(let asset): .upper(asset: asset)
    case .groupMinimum(let g): .groupMinimum(group: g, name: constraints.groups[g].name)
    case .groupMaximum(let g): .groupMaximum(group: g, name: constraints.groups[g].name)
    case .bought, .sold, .turnover: .turnover
    }
  }
}
