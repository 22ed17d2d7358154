internal import KernelInterface
internal import Kernels

extension RiskBudgetSolver {
  /// The number of `Double` in the save area of one date.
  package static func saveCount(_ n: Int) -> Int { RiskBudgetSave.count(n) }

  /// The number of `Double` in the scratch space of one thread, for either pass.
  package static func scratchCount(_ n: Int) -> Int {
    let stride = RiskBudgetSave.stride(n)
    return stride * stride + 10 * stride + 8
  }

  /// Solves one date without allocating; see ``solve(covariance:budgets:start:)``.
  ///
  /// With `u = σ ⊙ y` and `β = b / Σb` the problem is `min ½ uᵀCu − Σ β ln u` in correlations `C`. A
  /// sweep or two of coordinate descent, then full Newton steps whose systems conjugate gradients
  /// solve; where that does not converge at once, damped Newton steps with a factorisation. See
  /// `RiskBudgetIteration`.
  ///
  /// Shapes: `covariance` `[n, n]`, `budgets`, `start`, `weights` `[n]`, `save`
  /// ``saveCount(_:)``, `scratch` ``scratchCount(_:)``.
  package func solve(
    count n: Int, covariance: UnsafePointer<Double>, budgets: UnsafePointer<Double>,
    start: UnsafePointer<Double>?, weights: UnsafeMutablePointer<Double>,
    save: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>
  ) throws(RiskBudgetError) -> RiskBudgetDiagnostics {
    let sum = try Self.budgetSum(count: n, budgets: budgets)
    let length = RiskBudgetSave.stride(n)
    let (factor, vectors) = (scratch, scratch + length * length)
    let (volatility, beta, inverseRoot) = (vectors, vectors + length, vectors + 6 * length)
    let (root, correlations) = (
      save + RiskBudgetSave.rootShares(n), save + RiskBudgetSave.correlations(n)
    )

    let m: Int
    do throws(CovarianceError) {
      m = try CorrelationForm.extract(
        count: n, covariance: covariance, selector: budgets, roundingUnit: roundingUnit,
        certifies: certifies, volatilities: volatility, correlations: correlations, work: factor,
        workVector: beta)
    } catch { throw .covariance(error) }
    let stride = RiskBudgetSave.stride(m)
    var iteration = RiskBudgetIteration(
      count: m, stride: stride, correlations: correlations, beta: beta, root: root,
      inverseRoot: inverseRoot, u: vectors + 2 * length, v: vectors + 3 * length,
      scale: save + RiskBudgetSave.scale(n),
      r: vectors + 4 * length, e: vectors + 5 * length, work: vectors + 7 * length)

    var smallest = Double.infinity
    var k = 0
    var startServes = start != nil
    for i in 0..<n where budgets[i] > 0 {
      let share = budgets[i] / sum
      beta[k] = share
      root[k] = share.squareRoot()
      inverseRoot[k] = 1 / root[k]
      smallest = min(smallest, share)
      iteration.u[k] = (start?[i] ?? 1) * volatility[k]
      startServes = startServes && iteration.u[k] > 0 && iteration.u[k].isFinite
      k += 1
    }
    for k in m..<max(m, stride) {
      (beta[k], root[k], inverseRoot[k], volatility[k]) = (0, 0, 0, 0)
      (iteration.u[k], iteration.v[k], iteration.r[k], iteration.e[k]) = (0, 0, 0, 0)
    }
    if !startServes {
      for k in 0..<stride { iteration.u[k] = k < m ? 1 : 0 }
      iteration.multiply()
      linearAlgebra.factorStart(
        count: m, stride: stride, rowSums: iteration.v, beta: beta, root: root,
        into: iteration.u, work: iteration.work)
    }
    iteration.multiply()
    // Below this ratio uᵀCu / uᵀu a portfolio's risk is rounding; see `risklessPortfolio`.
    let riskless = 4 * Double(m) * roundingUnit
    func hasRisk() -> Bool {
      let norm = linearAlgebra.dotPadded(stride: stride, iteration.u, iteration.u)
      return iteration.quadratic > riskless * norm
    }
    func risklessPortfolio() -> RiskBudgetError {
      Self.risklessPortfolio(
        count: n, active: m, budgets, iteration.u, volatility, iteration.quadratic)
    }
    guard hasRisk() else { throw risklessPortfolio() }
    iteration.normalise()
    iteration.descend()
    guard hasRisk() else { throw risklessPortfolio() }

    var converged = iteration.newtonByConjugateGradients(
      tolerance: 1e-3 * tolerance, limit: maximumIterations)
    let factors = !converged
    if factors { iteration.decrement = .infinity }
    while !converged {
      guard iteration.steps < maximumIterations,
        case .taken(let ended) = iteration.dampedNewtonStep(
          smallestShare: smallest, tolerance: tolerance, factor: factor)
      else {
        throw .notConverged(
          iterations: iteration.steps, decrement: iteration.decrement,
          residual: iteration.residual)
      }
      converged = ended
      guard hasRisk() else { throw risklessPortfolio() }
    }

    let residual = iteration.residual
    guard residual <= 1e-8 else {
      throw .notConverged(
        iterations: iteration.steps, decrement: iteration.decrement, residual: residual)
    }
    if factors {
      _ = iteration.measure()
      iteration.condition = Self.largestRowSum(m, stride, correlations, iteration.scale)
    }
    let y = save + RiskBudgetSave.y
    let (u, e) = (iteration.u, iteration.e)
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
    save[RiskBudgetSave.variance] = iteration.quadratic / (total * total)
    save[RiskBudgetSave.budgetSum] = sum
    save[RiskBudgetSave.activeCount] = Double(m)
    save[RiskBudgetSave.factors] = factors || smallest < 1e-8 ? 1 : 0
    // Of two assets coordinate descent finds the answer, and no step follows.
    return RiskBudgetDiagnostics(
      iterations: iteration.steps, decrement: iteration.steps > 0 ? iteration.decrement : 0,
      residual: residual, condition: iteration.condition)
  }

  /// The sum of the budgets, after each was looked at.
  static func budgetSum(
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
    let floor = RiskBudgetError.smallestShare * sum
    for i in 0..<n where budgets[i] > 0 {
      guard budgets[i] >= floor else {
        throw .vanishingBudget(asset: i, value: budgets[i], sum: sum)
      }
    }
    return sum
  }

  /// `‖I + K‖∞`, which bounds the condition of `I + K`.
  private static func largestRowSum(
    _ m: Int, _ stride: Int, _ c: UnsafePointer<Double>, _ scale: UnsafePointer<Double>
  ) -> Double {
    var largest = 0.0
    for i in 0..<m {
      var sum = 0.0
      for j in 0..<m { sum += (c[i * stride + j] * scale[j]).magnitude }
      largest = max(largest, 1 + sum * scale[i])
    }
    return largest
  }

  static func risklessPortfolio(
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

extension RiskBudgetIteration {
  /// `max |uᵢ(Cu)ᵢ / uᵀCu − βᵢ|`.
  var residual: Double {
    var worst = 0.0
    for k in 0..<count { worst = max(worst, (u[k] * v[k] / quadratic - beta[k]).magnitude) }
    return worst
  }
}
