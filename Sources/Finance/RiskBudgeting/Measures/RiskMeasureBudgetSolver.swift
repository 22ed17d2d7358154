#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// Risk budgeting under any smooth risk measure: `wᵢ ∂ᵢR(w) = bᵢ R(w) / Σb`.
///
/// Through `y = argmin R(y) − Σ β ln y`, `w = y / 1ᵀy`, by damped Newton with a line search; at the
/// optimum `yᵢ ∂ᵢR(y) = βᵢ` and `R(y) = 1`.
public struct RiskMeasureBudgetSolver: Sendable, Hashable {
  /// After so many Newton steps the solver gives up.
  public let maximumIterations: Int

  /// A solver.
  public init(maximumIterations: Int = 200) { self.maximumIterations = maximumIterations }

  /// Solves one problem; every budget must be positive.
  ///
  /// Throws a ``RiskMeasureError`` if the risk of some long-only portfolio is not positive.
  public func solve(
    measure: some RiskMeasure, budgets: [Double]
  ) throws(RiskMeasureError) -> RiskMeasureBudgetSolution {
    let n = budgets.count
    check(measure.count == n, "RiskMeasureBudgetSolver: \(measure.count) assets, \(n) budgets")
    for (i, budget) in budgets.enumerated() {
      guard budget > 0, budget.isFinite else { throw .invalidBudget(asset: i, value: budget) }
    }
    let sum = budgets.reduce(0, +)
    let beta = budgets.map { $0 / sum }
    var y = (0..<n).map { i in
      var unit = [Double](repeating: 1e-9, count: n)
      unit[i] = 1
      let own = measure.evaluate(unit).value
      return own > 0 ? beta[i].squareRoot() / own : beta[i].squareRoot()
    }
    let first = measure.evaluate(y).value
    guard first > 0, first.isFinite else {
      throw .riskNotPositive(weights: Self.normalised(y), value: first)
    }
    y = y.map { $0 / first }
    var (value, previous) = (measure.evaluate(y), Double.infinity)
    for iteration in 0..<maximumIterations {
      let gradient = (0..<n).map { value.gradient[$0] - beta[$0] / y[$0] }
      let error = (0..<n).reduce(0) { max($0, (y[$1] * gradient[$1] / beta[$1]).magnitude) }
      guard error.isFinite else { throw .notConverged(iterations: iteration, error: error) }
      if error < 1e-14 || (error < 1e-9 && error > 0.5 * previous) {
        guard value.value > 0 else {
          throw .riskNotPositive(weights: Self.normalised(y), value: value.value)
        }
        return RiskMeasureBudgetSolution(
          weights: Self.normalised(y), holdings: y, iterations: iteration, error: error,
          beta: beta, budgetSum: sum, curvature: value.curvature)
      }
      previous = error
      guard let factor = LUFactorization(Self.hessian(value.curvature, beta, y)) else {
        throw .notConverged(iterations: iteration, error: error)
      }
      let step = factor.solve(gradient)
      let slope = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      // ln y keeps its digits as a sum of relative changes.
      var length = 1.0
      for i in 0..<n where step[i] > 0 { length = min(length, 0.9 * y[i] / step[i]) }
      while true {
        let next = (0..<n).map { y[$0] - length * step[$0] }
        let candidate = measure.evaluate(next)
        var change = candidate.value - value.value
        for i in 0..<n { change -= beta[i] * log(next[i] / y[i]) }
        if change <= -0.1 * length * slope || (change.isFinite && slope < 1e-10) {
          (y, value) = (next, candidate)
          break
        }
        length *= 0.5
        guard length > 1e-12 else { throw .notConverged(iterations: iteration, error: error) }
      }
      if y.reduce(0, +) > 1e12 * zip(beta, y).reduce(1, { $0 + $1.0 }) || value.value <= 0 {
        throw .riskNotPositive(weights: Self.normalised(y), value: value.value)
      }
    }
    throw .notConverged(iterations: maximumIterations, error: previous)
  }

  static func hessian(_ curvature: Matrix, _ beta: [Double], _ y: [Double]) -> Matrix {
    var matrix = curvature
    for i in y.indices { matrix[i, i] += beta[i] / (y[i] * y[i]) }
    return matrix
  }

  private static func normalised(_ y: [Double]) -> [Double] {
    let total = y.reduce(0, +)
    return y.map { $0 / total }
  }
}

/// A solved problem of a smooth risk measure.
public struct RiskMeasureBudgetSolution: Sendable {
  /// The weights, which sum to one.
  public let weights: [Double]
  /// `y`, of which the weights are `y / 1ᵀy`; `R(y) = 1`.
  public let holdings: [Double]
  /// The number of Newton steps.
  public let iterations: Int
  /// The largest relative error of a risk contribution.
  public let error: Double
  let beta: [Double]
  let budgetSum: Double
  let curvature: Matrix

  /// For a loss with the gradient `cotangent` to the weights: `∂L/∂b = v ⊘ y / Σb`, and the vector
  /// `v` with which a parameter θ of the measure has the gradient `−vᵀ ∂∇R(y)/∂θ`.
  ///
  /// `(∇²R + diag(β ⊘ y²)) v = (cotangent − mean) / 1ᵀy`.
  public func adjoint(cotangent: [Double]) -> (budgets: [Double], vector: [Double]) {
    check(
      cotangent.count == weights.count,
      "RiskMeasureBudgetSolution: \(cotangent.count) cotangents for \(weights.count) weights")
    let mean = zip(weights, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
    let total = holdings.reduce(0, +)
    let matrix = RiskMeasureBudgetSolver.hessian(curvature, beta, holdings)
    guard let factor = LUFactorization(matrix) else {
      fatalError("RiskMeasureBudgetSolution: a singular curvature")
    }
    let v = factor.solve(cotangent.map { ($0 - mean) / total })
    return (zip(v, holdings).map { $0 / $1 / budgetSum }, v)
  }
}
