internal import KernelInterface
internal import Kernels

extension FactorRiskBudgetSolver {
  /// Adds the exact gradient of one date to the given accumulators, without allocating.
  ///
  /// `p` as in `RiskBudgetSolver.backward`, its system solved by the Woodbury identity; with
  /// `a = w ⊙ p` the gradient `Σ̄ = −½ (a wᵀ + w aᵀ) / wᵀΣw` is carried on to
  /// `B̄ = 2 Σ̄ B Φ = −(a (Φ Bᵀw)ᵀ + w (Φ Bᵀa)ᵀ) / wᵀΣw`, `Φ̄ = Bᵀ Σ̄ B`, `d̄ = diag Σ̄`.
  package static func backward(
    count n: Int, factorCount k: Int, loadings: UnsafePointer<Double>,
    factors: UnsafePointer<Double>, cotangent: UnsafePointer<Double>, save: UnsafePointer<Double>,
    scratch: UnsafeMutablePointer<Double>, loadingsGradient: UnsafeMutablePointer<Double>?,
    factorsGradient: UnsafeMutablePointer<Double>?,
    idiosyncraticGradient: UnsafeMutablePointer<Double>?,
    budgetGradient: UnsafeMutablePointer<Double>?
  ) {
    let (rows, width) = (RiskBudgetSave.stride(n), RiskBudgetSave.stride(k))
    let (y, root) = (save + RiskBudgetSave.y, save + RiskBudgetSave.rootShares(n))
    let m = Int(save[RiskBudgetSave.activeCount])
    let (p, a) = (scratch, scratch + rows)
    let system = scratch + 10 * rows
    let moment = system + width * width + k * k
    let inverseTotal = 1 / save[RiskBudgetSave.total]
    var mean = 0.0
    for i in 0..<n where y[i] > 0 { mean += cotangent[i] * y[i] * inverseTotal }
    var position = 0
    for i in 0..<n where y[i] > 0 {
      p[position] = y[i] * inverseTotal * (cotangent[i] - mean) / root[position]
      position += 1
    }
    let active = RiskBudgetSave.stride(m)
    for i in m..<max(m, active) { p[i] = 0 }
    solveSystem(
      rows: active, width: width, loadings: save + FactorRiskBudgetSave.loadings(n),
      scale: save + RiskBudgetSave.scale(n), own: save + FactorRiskBudgetSave.own(n),
      system: system, moment: moment, work: scratch + 7 * rows, right: p)
    let inverseSum = 1 / save[RiskBudgetSave.budgetSum]
    let inverseVariance = 1 / save[RiskBudgetSave.variance]
    position = 0
    for i in 0..<n {
      a[i] = 0
      guard y[i] > 0 else { continue }
      let value = p[position] / root[position]
      budgetGradient?[i] += value * inverseSum
      a[i] = y[i] * inverseTotal * value
      idiosyncraticGradient?[i] -= a[i] * y[i] * inverseTotal * inverseVariance
      position += 1
    }
    guard loadingsGradient != nil || factorsGradient != nil else { return }
    // Bᵀw, Bᵀa, and Φ times them.
    let (byW, byA) = (moment, moment + width)
    let (movedW, movedA) = (moment + 2 * width, moment + 3 * width)
    for c in 0..<k { (byW[c], byA[c]) = (0, 0) }
    for i in 0..<n where y[i] > 0 {
      let (row, w) = (loadings + i * k, y[i] * inverseTotal)
      for c in 0..<k {
        byW[c] += row[c] * w
        byA[c] += row[c] * a[i]
      }
    }
    for c in 0..<k {
      (movedW[c], movedA[c]) = (0, 0)
      for d in 0..<k {
        let value = 0.5 * (factors[c * k + d] + factors[d * k + c])
        movedW[c] += value * byW[d]
        movedA[c] += value * byA[d]
      }
    }
    if let factorsGradient {
      for c in 0..<k {
        for d in 0..<k {
          factorsGradient[c * k + d] -=
            0.5 * inverseVariance * (byA[c] * byW[d] + byW[c] * byA[d])
        }
      }
    }
    if let loadingsGradient {
      for i in 0..<n where y[i] > 0 {
        let (row, w) = (loadingsGradient + i * k, y[i] * inverseTotal)
        for c in 0..<k { row[c] -= inverseVariance * (a[i] * movedW[c] + w * movedA[c]) }
      }
    }
  }
}
