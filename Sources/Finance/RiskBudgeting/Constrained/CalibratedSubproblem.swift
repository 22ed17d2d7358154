internal import KernelInterface
internal import Kernels

/// Definition (A) at a fixed level, `min ½ xᵀQx − λ Σ β ln x` over boxes and groups: the problem on
/// which first-order methods and ADMM can be compared.
///
/// Units: `Q` is the covariance over the assets' mean variance, `λ` in the same.
package struct CalibratedSubproblem {
  private let problem: ConstrainedProblem
  private let sets: [ProjectionSet]
  private let level: Double
  /// Where every method starts: equal weights within their boxes.
  package let start: [Double]
  /// A Lipschitz constant of the gradient over the box, `λ_max(Q) + λ max β / l²`.
  package let lipschitz: Double

  /// The problem whose level calibrates the weights to a sum of one; every budget and lower bound
  /// must be positive.
  package init(
    covariance: Matrix, budgets: [Double], constraints: WeightConstraints
  ) throws(ConstrainedRiskBudgetError) {
    let solution = try ConstrainedRiskBudgetSolver(definition: .calibrated).solve(
      covariance: covariance, budgets: budgets, constraints: constraints)
    let n = budgets.count
    problem = ConstrainedProblem(
      covariance: covariance, budgets: budgets,
      rows: ConstraintRows(constraints, assets: Array(0..<n), turnover: false),
      definition: .calibrated)
    level = solution.level / problem.unit
    sets =
      [.box(lower: constraints.lower, upper: constraints.upper)]
      + constraints.groups.map {
        .group(members: $0.members, minimum: $0.minimum, maximum: $0.maximum)
      }
    start = (0..<n).map {
      max(constraints.lower[$0], min(constraints.upper[$0], 1 / Double(n)))
    }
    // Power iteration, from above by a hundredth.
    var (v, largest) = ([Double](repeating: 1, count: n), 1.0)
    for _ in 0..<100 {
      let next = problem.product(v)
      largest = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      v = next.map { $0 / largest }
    }
    var curvature = 0.0
    for i in 0..<n {
      curvature = max(
        curvature, level * problem.beta[i] / (constraints.lower[i] * constraints.lower[i]))
    }
    lipschitz = 1.01 * largest + curvature
  }

  /// `∇f = Qx − λ β ⊘ x`.
  package func gradient(_ x: [Double]) -> [Double] {
    zip(problem.product(x), zip(problem.beta, x)).map { $0 - level * $1.0 / $1.1 }
  }

  /// The nearest point of the constraints.
  package func project(_ x: [Double]) -> [Double] { ProjectionSet.project(x, onto: sets) }

  /// `‖x − P(x − ∇f(x))‖∞`, zero at the optimum and nowhere else.
  package func residual(_ x: [Double]) -> Double {
    let moved = project(zip(x, gradient(x)).map { $0 - $1 })
    return zip(x, moved).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
  }

  /// ADMM until the residual is below `tolerance`; `nil` if it does not get there.
  package func alternatingDirections(tolerance: Double) -> (x: [Double], iterations: Int)? {
    var state = ConstrainedProblem.ADMMState(x: start, z: start)
    let reached = problem.multipliersMethod(
      level: level, sets: sets, state: &state, isDone: { residual($0) <= tolerance })
    return reached ? (state.z, state.iterations) : nil
  }
}
