internal import KernelInterface
internal import Kernels

/// A constrained risk-budgeting problem over the assets with a budget, in units of a typical
/// variance: `½ xᵀQx − λ Σ β ln x` over rows `A x ≤ d`, `Q = Σ / unit`, `β = b / Σb`.
///
/// The first `n` variables are the assets', the rest (with a turnover limit) have no objective.
struct ConstrainedProblem {
  let n: Int
  /// `Q`, padded to `stride`, the padded number of variables.
  let q: [Double]
  let stride: Int
  let unit: Double
  let beta: [Double]
  let definition: ConstrainedRiskBudgetSolver.Definition
  let rows: ConstraintRows
  /// The rows as the definition wants them: homogeneous for (B), with their bounds for (A).
  let matrix: [[Double]]
  let bounds: [Double]

  var variables: Int { rows.variables }

  init(
    covariance: Matrix, budgets: [Double], rows: ConstraintRows,
    definition: ConstrainedRiskBudgetSolver.Definition
  ) {
    n = rows.assets.count
    stride = (rows.variables + 7) & ~7
    let sum = rows.assets.reduce(0) { $0 + budgets[$1] }
    beta = rows.assets.map { budgets[$0] / sum }
    var total = 0.0
    for i in rows.assets { total += covariance[i, i] }
    unit = total / Double(n)
    var elements = [Double](repeating: 0, count: stride * stride)
    for (a, i) in rows.assets.enumerated() {
      for (b, j) in rows.assets.enumerated() {
        elements[a * stride + b] = 0.5 * (covariance[i, j] + covariance[j, i]) / unit
      }
    }
    q = elements
    self.rows = rows
    self.definition = definition
    let homogenised = definition == .homogenised
    matrix = homogenised ? rows.homogenised : rows.coefficients
    bounds = homogenised ? rows.bounds.map { _ in 0 } : rows.bounds
  }

  /// `Q x` over the assets.
  func product(_ x: [Double]) -> [Double] {
    (0..<n).map { i in
      var sum = 0.0
      for j in 0..<n { sum += q[i * stride + j] * x[j] }
      return sum
    }
  }

  /// `matrix[row] · x − bounds[row]`.
  func excess(_ row: Int, _ x: [Double]) -> Double {
    var sum = -bounds[row]
    for j in 0..<variables { sum += matrix[row][j] * x[j] }
    return sum
  }

  /// A start from weights: the auxiliary variables are the changes' magnitudes.
  func withAuxiliary(_ weights: [Double], margin: Double = 0) -> [Double] {
    var x = weights
    guard rows.hasTurnover else { return x }
    let total = weights.reduce(0, +)
    for k in 0..<n {
      let previous = rows.bounds[rows.count - 1 - 2 * n + 2 * k]
      x.append(
        (weights[k] - previous * (definition == .homogenised ? total : 1)).magnitude + margin)
    }
    return x
  }
}

/// What an optimum is known by: the variables, `λ`, and the active rows with their multipliers.
struct ConstrainedOptimum {
  var x: [Double]
  var level: Double
  var active: [Int]
  var multipliers: [Double]
  var iterations: Int
  /// The largest violation of the optimality conditions.
  var residual: Double
  /// The rows that are met without a multiplier, or held with next to none.
  var weaklyActive: Int
}
