extension RiskBudgetSolver {
  /// The number of `Double` in the save area of one date.
  package static func saveCount(_ n: Int) -> Int { RiskBudgetSave.factor(n) + n * n }

  /// The number of `Double` in the scratch space of one thread, for either pass.
  package static func scratchCount(_ n: Int) -> Int { n * n + 5 * n }

  /// Solves one date without allocating; see ``solve(covariance:budgets:start:)``.
  ///
  /// A few sweeps of coordinate descent (``descend``), then damped Newton in correlation space: with `u = σ ⊙ y` and `β = b / Σb` the problem is
  /// `min ½ uᵀCu − Σ β ln u`, gradient `Cu − β ⊘ u`, Hessian `H = C + diag(β ⊘ u²) = D (I + K) D`
  /// with `D = diag(√β ⊘ u)` and `K = D⁻¹CD⁻¹`. It is `I + K` that is factored: its eigenvalues are
  /// at least one, and at the solution cond ≤ 2 when no correlation is negative, whatever the budgets (volatilities
  /// have left the problem already). With `r = D⁻¹g` and `(I + K) e = r` the relative Newton step is
  /// `d ⊘ u = e ⊘ √β`, and the decrement of the problem scaled to `min b = 1`, where it is
  /// self-concordant, `λ = √(rᵀe / min β)`. While `λ > 0.3628676` a step is divided by `1 + δ`,
  /// `δ = max |dᵢ/uᵢ|`; then full steps converge quadratically. `δ` stops the iteration: it bounds
  /// the error of every holding, and unlike `λ` it can be computed to full accuracy however unequal
  /// the budgets.
  ///
  /// Shapes: `covariance` `[n, n]`, `budgets`, `start`, `weights` `[n]`, `save`
  /// ``saveCount(_:)``, `scratch` ``scratchCount(_:)``.
  ///
  /// - Source: Spinu (2013), *An Algorithm for Computing Risk Parity Weights*; the threshold is
  ///   `0.95 · ½(3 − √5)`.
  package func solve(
    count n: Int, covariance: UnsafePointer<Double>, budgets: UnsafePointer<Double>,
    start: UnsafePointer<Double>?, weights: UnsafeMutablePointer<Double>,
    save: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>
  ) throws(RiskBudgetError) -> RiskBudgetDiagnostics {
    let sum = try Self.budgetSum(count: n, budgets: budgets)
    let c = scratch
    let (volatility, u) = (scratch + n * n, scratch + n * n + n)
    let (v, e, scale) = (scratch + n * n + 2 * n, scratch + n * n + 3 * n, scratch + n * n + 4 * n)
    let (root, factor) = (save + RiskBudgetSave.rootShares(n), save + RiskBudgetSave.factor(n))

    let m: Int
    do throws(CovarianceError) {
      m = try CorrelationForm.extract(
        count: n, covariance: covariance, selector: budgets, roundingUnit: roundingUnit,
        volatilities: volatility, correlations: c, work: factor)
    } catch { throw .covariance(error) }

    var (smallest, largest) = (Double.infinity, 0.0)
    var k = 0
    var startServes = start != nil
    for i in 0..<n where budgets[i] > 0 {
      let share = budgets[i] / sum
      root[k] = share.squareRoot()
      smallest = min(smallest, share)
      largest = max(largest, share)
      u[k] = (start?[i] ?? 1) * volatility[k]
      startServes = startServes && u[k] > 0 && u[k].isFinite
      k += 1
    }
    if !startServes {
      let unequal = largest > 100 * smallest
      for k in 0..<m { u[k] = unequal ? root[k] : 1 }
    }
    // Below this ratio uᵀCu / uᵀu a portfolio's risk is rounding; see `risklessPortfolio`.
    let riskless = 4 * Double(m) * roundingUnit
    var quadratic = Self.multiply(count: m, matrix: c, vector: u, into: v)
    guard quadratic > riskless * Self.squaredNorm(m, u) else {
      throw Self.risklessPortfolio(count: n, active: m, budgets, u, volatility, quadratic)
    }
    let toUnitVariance = 1 / quadratic.squareRoot()
    for k in 0..<m {
      u[k] *= toUnitVariance
      v[k] *= toUnitVariance
    }
    Self.descend(count: m, correlations: c, root: root, u: u, v: v)

    var (iterations, delta, converged) = (0, Double.infinity, false)
    while !converged {
      guard iterations < maximumIterations else {
        throw .notConverged(
          iterations: iterations, decrement: delta,
          residual: Self.residual(m, u, v, quadratic, root))
      }
      iterations += 1
      for k in 0..<m {
        scale[k] = u[k] / root[k]
        e[k] = scale[k] * v[k] - root[k]
      }
      for i in 0..<m {
        let (from, to, factorI) = (c + i * m, factor + i * m, scale[i])
        for j in i..<m { to[j] = from[j] * factorI * scale[j] }
        to[i] += 1
      }
      // A pivot of I + K is at least one unless budgets are so unequal that rounding swamps it.
      guard Cholesky.factor(count: m, matrix: factor) == nil else {
        throw .notConverged(
          iterations: iterations, decrement: delta,
          residual: Self.residual(m, u, v, quadratic, root))
      }
      Cholesky.solveTransposed(count: m, factor: factor, vector: e)
      let lambda = (Self.squaredNorm(m, e) / smallest).squareRoot()
      Cholesky.solve(count: m, factor: factor, vector: e)
      let previous = delta
      delta = 0
      for k in 0..<m {
        e[k] /= root[k]
        delta = max(delta, e[k].magnitude)
      }
      // So near the solution steps shrink quadratically; one that does not is rounding.
      converged = delta <= tolerance || (delta < 1e-5 && delta > 0.5 * previous)
      let step = lambda > 0.3628676 && !converged ? 1 / (1 + delta) : 1
      for k in 0..<m { u[k] -= step * e[k] * u[k] }
      quadratic = Self.multiply(count: m, matrix: c, vector: u, into: v)
      guard quadratic > riskless * Self.squaredNorm(m, u) else {
        throw Self.risklessPortfolio(count: n, active: m, budgets, u, volatility, quadratic)
      }
    }

    let residual = Self.residual(m, u, v, quadratic, root)
    guard residual <= 1e-8 else {
      throw .notConverged(iterations: iterations, decrement: delta, residual: residual)
    }
    let y = save + RiskBudgetSave.y
    var total = 0.0
    for k in 0..<m {
      e[k] = u[k] / volatility[k]
      total += e[k]
    }
    let rootSum = sum.squareRoot()
    k = 0
    for i in 0..<n {
      weights[i] = 0
      y[i] = 0
      guard budgets[i] > 0 else { continue }
      weights[i] = e[k] / total
      y[i] = e[k] * rootSum
      k += 1
    }
    save[RiskBudgetSave.total] = total * rootSum
    save[RiskBudgetSave.variance] = quadratic / (total * total)
    save[RiskBudgetSave.budgetSum] = sum
    save[RiskBudgetSave.activeCount] = Double(m)
    return RiskBudgetDiagnostics(iterations: iterations, decrement: delta, residual: residual)
  }

  /// The sum of the budgets, after each was looked at.
  private static func budgetSum(
    count n: Int, budgets: UnsafePointer<Double>
  ) throws(RiskBudgetError) -> Double {
    var sum = 0.0
    for i in 0..<n {
      guard budgets[i] >= 0, budgets[i].isFinite else {
        throw .invalidBudget(asset: i, value: budgets[i])
      }
      sum += budgets[i]
    }
    guard sum > 0 else { throw .noBudget(count: n) }
    for i in 0..<n where budgets[i] > 0 {
      guard budgets[i] >= RiskBudgetError.smallestShare * sum else {
        throw .vanishingBudget(asset: i, value: budgets[i], sum: sum)
      }
    }
    return sum
  }

  /// `product = A x` for a symmetric `A`, four rows at a time along contiguous memory; returns
  /// `xᵀAx`.
  private static func multiply(
    count m: Int, matrix a: UnsafePointer<Double>, vector x: UnsafePointer<Double>,
    into product: UnsafeMutablePointer<Double>
  ) -> Double {
    for j in 0..<m { product[j] = 0 }
    var i = 0
    while i + 4 <= m {
      let (r0, r1, r2, r3) = (a + i * m, a + (i + 1) * m, a + (i + 2) * m, a + (i + 3) * m)
      let (x0, x1, x2, x3) = (x[i], x[i + 1], x[i + 2], x[i + 3])
      for j in 0..<m {
        product[j] += (r0[j] * x0 + r1[j] * x1) + (r2[j] * x2 + r3[j] * x3)
      }
      i += 4
    }
    while i < m {
      let (row, factor) = (a + i * m, x[i])
      for j in 0..<m { product[j] += row[j] * factor }
      i += 1
    }
    var quadratic = 0.0
    for j in 0..<m { quadratic += x[j] * product[j] }
    return quadratic
  }

  @inline(__always)
  private static func squaredNorm(_ m: Int, _ x: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for k in 0..<m { sum += x[k] * x[k] }
    return sum
  }

  /// `max |uᵢ(Cu)ᵢ / uᵀCu − βᵢ|`.
  private static func residual(
    _ m: Int, _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, _ quadratic: Double,
    _ root: UnsafePointer<Double>
  ) -> Double {
    var worst = 0.0
    for k in 0..<m { worst = max(worst, (u[k] * v[k] / quadratic - root[k] * root[k]).magnitude) }
    return worst
  }

  private static func risklessPortfolio(
    count n: Int, active m: Int, _ budgets: UnsafePointer<Double>, _ u: UnsafePointer<Double>,
    _ volatility: UnsafePointer<Double>, _ quadratic: Double
  ) -> RiskBudgetError {
    var (total, uTotal) = (0.0, 0.0)
    for k in 0..<m {
      total += u[k] / volatility[k]
      uTotal += u[k]
    }
    var weights = [Double](repeating: 0, count: n)
    var k = 0
    for i in 0..<n where budgets[i] > 0 {
      weights[i] = u[k] / volatility[k] / total
      k += 1
    }
    return .risklessPortfolio(
      weights: weights, volatility: max(0, quadratic).squareRoot() / total,
      averageVolatility: uTotal / total)
  }
}
