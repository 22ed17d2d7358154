internal import KernelInterface
internal import Kernels

/// What the forward pass leaves for the backward pass: as `RiskBudgetSave` up to the scale, then
/// `δ = d / σ²`, then the scaled loadings `F = diag(σ)⁻¹ B Φ^½`, `C = F Fᵀ + diag(δ)`.
enum FactorRiskBudgetSave {
  static func own(_ n: Int) -> Int { RiskBudgetSave.scale(n) + RiskBudgetSave.stride(n) }
  static func loadings(_ n: Int) -> Int { own(n) + RiskBudgetSave.stride(n) }
}

extension FactorRiskBudgetSolver {
  /// The number of `Double` in the save area of one date.
  package static func saveCount(_ n: Int, factors k: Int) -> Int {
    FactorRiskBudgetSave.loadings(n) + RiskBudgetSave.stride(n) * RiskBudgetSave.stride(k)
  }

  /// The number of `Double` in the scratch space of one thread, for either pass.
  package static func scratchCount(_ n: Int, factors k: Int) -> Int {
    let (rows, width) = (RiskBudgetSave.stride(n), RiskBudgetSave.stride(k))
    return 10 * rows + width * width + k * k + 4 * width
  }

  /// Solves one date without allocating; see ``solve(covariance:budgets:start:)``.
  ///
  /// Shapes: `loadings` `[n, k]`, `factors` `[k, k]`, `idiosyncratic`, `budgets`, `start`, `weights`
  /// `[n]`.
  package func solve(
    count n: Int, factorCount k: Int, loadings: UnsafePointer<Double>,
    factors: UnsafePointer<Double>, idiosyncratic: UnsafePointer<Double>,
    budgets: UnsafePointer<Double>, start: UnsafePointer<Double>?,
    weights: UnsafeMutablePointer<Double>, save: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>
  ) throws(RiskBudgetError) -> RiskBudgetDiagnostics {
    let sum = try RiskBudgetSolver.budgetSum(count: n, budgets: budgets)
    let (rows, width) = (RiskBudgetSave.stride(n), RiskBudgetSave.stride(k))
    let root = save + RiskBudgetSave.rootShares(n)
    let scale = save + RiskBudgetSave.scale(n)
    let (own, f) = (
      save + FactorRiskBudgetSave.own(n), save + FactorRiskBudgetSave.loadings(n)
    )
    let (volatility, beta, inverseRoot) = (scratch, scratch + rows, scratch + 2 * rows)
    let (u, v, r, e) = (
      scratch + 3 * rows, scratch + 4 * rows, scratch + 5 * rows, scratch + 6 * rows
    )
    let system = scratch + 10 * rows
    let (rootFactor, moment) = (
      system + width * width, system + width * width + k * k
    )
    do throws(CovarianceError) {
      try Self.semidefiniteRoot(
        count: k, matrix: factors, roundingUnit: roundingUnit, into: rootFactor)
    } catch { throw .covariance(error) }

    // The assets with a budget, densely.
    var m = 0
    var smallest = Double.infinity
    var startServes = start != nil
    for i in 0..<n where budgets[i] > 0 {
      guard idiosyncratic[i] >= 0, idiosyncratic[i].isFinite else {
        throw .invalidIdiosyncraticVariance(asset: i, value: idiosyncratic[i])
      }
      let row = f + m * width
      var variance = 0.0
      for a in 0..<width { row[a] = 0 }
      for a in 0..<k {
        let loading = loadings[i * k + a]
        guard loading.isFinite else {
          throw .invalidLoading(asset: i, factor: a, value: loading)
        }
        for b in 0...a { row[b] += loading * rootFactor[a * k + b] }
      }
      for a in 0..<k { variance += row[a] * row[a] }
      variance += idiosyncratic[i]
      guard variance > 0, variance.isFinite else {
        throw .covariance(.nonPositiveVariance(asset: i, value: variance))
      }
      volatility[m] = variance.squareRoot()
      let inverse = 1 / volatility[m]
      for a in 0..<k { row[a] *= inverse }
      own[m] = idiosyncratic[i] / variance
      beta[m] = budgets[i] / sum
      root[m] = beta[m].squareRoot()
      inverseRoot[m] = 1 / root[m]
      smallest = min(smallest, beta[m])
      u[m] = (start?[i] ?? 1) * volatility[m]
      startServes = startServes && u[m] > 0 && u[m].isFinite
      m += 1
    }
    let active = RiskBudgetSave.stride(m)
    for i in m..<max(m, active) {
      for vector in [volatility, beta, inverseRoot, root, scale, own, u, v, r, e] { vector[i] = 0 }
      for a in 0..<width { f[i * width + a] = 0 }
    }

    var quadratic = 0.0
    func multiply() {
      linearAlgebra.multiplyRowsTransposed(rows: active, stride: width, f, u, into: moment)
      linearAlgebra.multiplyRows(rows: active, stride: width, f, moment, into: v)
      for i in 0..<m { v[i] += own[i] * u[i] }
      quadratic = linearAlgebra.dotPadded(stride: active, u, v)
    }
    if !startServes {
      for i in 0..<m { u[i] = 1 }
      multiply()
      linearAlgebra.factorStart(
        count: m, stride: active, rowSums: v, beta: beta, root: root, into: u,
        work: scratch + 7 * rows)
    }
    multiply()
    let riskless = 4 * Double(m) * roundingUnit
    func requireRisk() throws(RiskBudgetError) {
      guard quadratic > riskless * linearAlgebra.dotPadded(stride: active, u, u) else {
        throw RiskBudgetSolver.risklessPortfolio(
          count: n, active: m, budgets, u, volatility, quadratic)
      }
    }
    try requireRisk()
    let toUnitVariance = 1 / quadratic.squareRoot()
    for i in 0..<active { u[i] *= toUnitVariance }
    for a in 0..<width { moment[a] *= toUnitVariance }
    var change = Double.infinity
    for _ in 0..<8 {
      let next = linearAlgebra.descendFactors(
        count: m, stride: width, f, own: own, beta: beta, u, moment: moment)
      let stalled = next > change
      change = next
      if !(next >= 0.1) || stalled { break }
    }
    multiply()
    try requireRisk()

    var (steps, decrement, error) = (0, Double.infinity, Double.infinity)
    while true {
      let previousError = error
      error =
        linearAlgebra.budgetResidual(
          stride: active, u, v, root: root, inverseRoot: inverseRoot, scale: scale, residual: r
        ).error
      if error <= 1e-3 * tolerance || (error < 1e-8 && error > 0.5 * previousError) { break }
      guard steps < maximumIterations else {
        throw .notConverged(iterations: steps, decrement: decrement, residual: error)
      }
      steps += 1
      for i in 0..<active { e[i] = r[i] }
      Self.solveSystem(
        rows: active, width: width, loadings: f, scale: scale, own: own, system: system,
        moment: moment, work: scratch + 7 * rows, right: e)
      let lambda =
        (linearAlgebra.dotPadded(stride: active, r, e) / smallest).squareRoot()
      decrement = linearAlgebra.relativeStep(stride: active, e, inverseRoot: inverseRoot)
      // Far out the decrement decides; a step that is small for every asset and makes progress needs
      // no damping, however large the sum over many assets.
      let damped = lambda > 0.3628676 && (decrement > 0.5 || error > 0.5 * previousError)
      let length = damped ? 1 / (1 + decrement) : 1
      for i in 0..<m { u[i] -= length * e[i] * u[i] }
      multiply()
      try requireRisk()
    }

    var total = 0.0
    for i in 0..<m {
      e[i] = u[i] / volatility[i]
      total += e[i]
    }
    let y = save + RiskBudgetSave.y
    let rootSum = sum.squareRoot()
    var position = 0
    for i in 0..<n {
      weights[i] = 0
      y[i] = 0
      guard budgets[i] > 0 else { continue }
      weights[i] = e[position] / total
      y[i] = e[position] * rootSum
      position += 1
    }
    save[RiskBudgetSave.total] = total * rootSum
    save[RiskBudgetSave.variance] = quadratic / (total * total)
    save[RiskBudgetSave.budgetSum] = sum
    save[RiskBudgetSave.activeCount] = Double(m)
    var (condition, residual) = (1.0, 0.0)
    for i in 0..<m { residual = max(residual, (u[i] * v[i] / quadratic - beta[i]).magnitude) }
    for i in 0..<m { condition = max(condition, 1 + own[i] * scale[i] * scale[i]) }
    for a in 0..<k { condition = max(condition, condition + system[a * width + a] - 1) }
    return RiskBudgetDiagnostics(
      iterations: steps, decrement: steps > 0 ? decrement : 0, residual: residual,
      condition: condition)
  }

  /// Solves `(D + G Gᵀ) e = right` in place for `D = I + diag(s² ⊙ δ)`, `G = diag(s) F`:
  /// `e = D⁻¹ (right − G t)` with `(I + Gᵀ D⁻¹ G) t = Gᵀ D⁻¹ right`.
  ///
  /// The small matrix's eigenvalues are at least one.
  static func solveSystem(
    rows: Int, width: Int, loadings f: UnsafePointer<Double>, scale: UnsafePointer<Double>,
    own: UnsafePointer<Double>, system: UnsafeMutablePointer<Double>,
    moment: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>,
    right e: UnsafeMutablePointer<Double>
  ) {
    let (inverse, weight) = (work, work + rows)
    for i in 0..<rows {
      let square = scale[i] * scale[i]
      inverse[i] = 1 / (1 + square * own[i])
      weight[i] = square * inverse[i]
    }
    linearAlgebra.weightedGram(rows: rows, stride: width, f, weights: weight, into: system)
    for a in 0..<width { system[a * width + a] += 1 }
    for i in 0..<rows { weight[i] = scale[i] * inverse[i] * e[i] }
    linearAlgebra.multiplyRowsTransposed(rows: rows, stride: width, f, weight, into: moment)
    _ = linearAlgebra.factorPadded(count: width, stride: width, system, floor: 0)
    linearAlgebra.solveTransposedPadded(count: width, stride: width, system, moment)
    linearAlgebra.solvePadded(count: width, stride: width, system, moment)
    linearAlgebra.multiplyRows(rows: rows, stride: width, f, moment, into: weight)
    for i in 0..<rows { e[i] = inverse[i] * (e[i] - scale[i] * weight[i]) }
  }

  /// The lower triangle `L` of `Φ = L Lᵀ`, dense row-major; columns without variance are zero.
  private static func semidefiniteRoot(
    count k: Int, matrix: UnsafePointer<Double>, roundingUnit: Double,
    into l: UnsafeMutablePointer<Double>
  ) throws(CovarianceError) {
    let tolerance = CorrelationForm.eigenvalueTolerance(count: k, roundingUnit: roundingUnit)
    for a in 0..<k {
      let variance = matrix[a * k + a]
      for b in 0..<k {
        let value = matrix[a * k + b]
        guard value.isFinite else { throw .notFinite(row: a, column: b, value: value) }
        let scale = (variance * matrix[b * k + b]).magnitude.squareRoot()
        guard (value - matrix[b * k + a]).magnitude <= tolerance * scale else {
          throw .asymmetric(row: a, column: b, value: value, mirrored: matrix[b * k + a])
        }
      }
      guard variance >= 0 else { throw .nonPositiveVariance(asset: a, value: variance) }
    }
    for a in 0..<k {
      for b in 0..<k { l[a * k + b] = 0 }
      for b in 0...a {
        var rest = 0.5 * (matrix[a * k + b] + matrix[b * k + a])
        for c in 0..<b { rest -= l[a * k + c] * l[b * k + c] }
        let scale = (matrix[a * k + a] * matrix[b * k + b]).squareRoot()
        if a == b {
          guard rest >= -tolerance * scale else { throw .indefinite(matrix, count: k) }
          l[a * k + a] = rest > tolerance * scale ? rest.squareRoot() : 0
        } else if l[b * k + b] > 0 {
          l[a * k + b] = rest / l[b * k + b]
        } else {
          // A factor without variance of its own must not covary with what remains of another.
          guard rest.magnitude <= tolerance.squareRoot() * scale else {
            throw .indefinite(matrix, count: k)
          }
        }
      }
    }
  }
}

extension CovarianceError {
  /// The error for a matrix found to be indefinite, with its smallest eigenvalue.
  fileprivate static func indefinite(
    _ matrix: UnsafePointer<Double>, count k: Int
  ) -> CovarianceError {
    var (copy, scaled) = (Matrix(rows: k, columns: k), Matrix(rows: k, columns: k))
    for a in 0..<k {
      for b in 0..<k {
        copy[a, b] = 0.5 * (matrix[a * k + b] + matrix[b * k + a])
        let scale = (matrix[a * k + a] * matrix[b * k + b]).squareRoot()
        scaled[a, b] = scale > 0 ? copy[a, b] / scale : 0
      }
    }
    return .indefinite(
      smallestEigenvalue: SymmetricEigen(copy).values.first ?? 0,
      smallestCorrelationEigenvalue: SymmetricEigen(scaled).values.first ?? 0)
  }
}
