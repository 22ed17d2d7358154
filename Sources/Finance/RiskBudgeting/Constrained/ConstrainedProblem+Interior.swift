internal import KernelInterface
internal import Kernels

extension ConstrainedProblem {
  /// An approximate optimum of definition (B) by a primal–dual interior-point method: the rows that
  /// are active there, and the variables.
  ///
  /// With slacks `t = d − A x` and multipliers `z` a Newton step solves
  /// `(∇²f + Aᵀ diag(z/t) A) dx = −∇f − Aᵀ(z + dz₀)`; equalities enter with a large constant in
  /// place of `z/t` (an augmented Lagrangian). `nil` if it does not converge.
  ///
  /// - Source: Nocedal & Wright (2006), *Numerical Optimization*, §19.
  func interiorPoint() -> (x: [Double], active: [Int])? {
    let m = rows.count
    let padded = (m + 7) & ~7
    var a = [Double](repeating: 0, count: padded * stride)
    for k in 0..<m { for j in 0..<variables { a[k * stride + j] = matrix[k][j] } }
    let penalty = 1e6
    var x = withAuxiliary([Double](repeating: 1 / Double(n), count: n), margin: 0.1)
    x += [Double](repeating: 0, count: stride - x.count)
    var (product, transposed) = (
      [Double](repeating: 0, count: padded), [Double](repeating: 0, count: stride)
    )
    linearAlgebra.multiplyRows(rows: padded, stride: stride, a, x, into: &product)
    var slack = (0..<m).map { max(-product[$0], 0.05) }
    var z = (0..<m).map { rows.isEquality[$0] ? 0 : 0.1 / slack[$0] }
    var (weights, force) = (
      [Double](repeating: 0, count: padded), [Double](repeating: 0, count: padded)
    )
    var hessian = [Double](repeating: 0, count: stride * stride)
    var centring = 0.3
    for _ in 0..<120 {
      // Residuals.
      linearAlgebra.multiplyRows(rows: padded, stride: stride, a, x, into: &product)
      var (mu, count, worst) = (0.0, 0.0, 0.0)
      for k in 0..<m {
        if rows.isEquality[k] {
          worst = max(worst, product[k].magnitude)
        } else {
          mu += z[k] * slack[k]
          count += 1
          worst = max(worst, (product[k] + slack[k]).magnitude)
        }
      }
      mu = count > 0 ? mu / count : 0
      for k in 0..<m { force[k] = z[k] }
      linearAlgebra.multiplyRowsTransposed(
        rows: padded, stride: stride, a, force, into: &transposed)
      let gradient = self.product(x)
      for i in 0..<variables {
        let own = i < n ? gradient[i] - beta[i] / x[i] : 0
        worst = max(worst, (own + transposed[i]).magnitude)
      }
      guard worst.isFinite else { return nil }
      if worst < 1e-9 && mu < 1e-11 {
        let active = (0..<m).filter { rows.isEquality[$0] || z[$0] > slack[$0] }
        return (Array(x[..<variables]), active)
      }
      // The step.
      let target = centring * mu
      for k in 0..<m {
        if rows.isEquality[k] {
          weights[k] = penalty
          force[k] = z[k] + penalty * product[k]
        } else {
          weights[k] = z[k] / slack[k]
          force[k] = target / slack[k] + weights[k] * (product[k] + slack[k])
        }
      }
      linearAlgebra.multiplyRowsTransposed(
        rows: padded, stride: stride, a, force, into: &transposed)
      linearAlgebra.weightedGram(
        rows: padded, stride: stride, a, weights: weights, into: &hessian)
      for k in 0..<stride * stride { hessian[k] += q[k] }
      for i in 0..<n { hessian[i * stride + i] += beta[i] / (x[i] * x[i]) }
      for i in 0..<variables { hessian[i * stride + i] += 1e-14 * (1 + hessian[i * stride + i]) }
      var step = [Double](repeating: 0, count: stride)
      for i in 0..<variables {
        step[i] = -((i < n ? gradient[i] - beta[i] / x[i] : 0) + transposed[i])
      }
      guard
        linearAlgebra.factorPadded(count: variables, stride: stride, &hessian, floor: 0) < 0
      else { return nil }
      linearAlgebra.solveTransposedPadded(count: variables, stride: stride, hessian, &step)
      linearAlgebra.solvePadded(count: variables, stride: stride, hessian, &step)
      var moved = [Double](repeating: 0, count: padded)
      linearAlgebra.multiplyRows(rows: padded, stride: stride, a, step, into: &moved)
      // As far as everything stays positive.
      var (primal, dual) = (1.0, 1.0)
      for i in 0..<n where step[i] < 0 { primal = min(primal, 0.9 * x[i] / -step[i]) }
      var (slackStep, dualStep) = (
        [Double](repeating: 0, count: m), [Double](repeating: 0, count: m)
      )
      for k in 0..<m {
        if rows.isEquality[k] {
          dualStep[k] = penalty * (product[k] + moved[k])
          continue
        }
        slackStep[k] = -(product[k] + slack[k]) - moved[k]
        dualStep[k] = (target - z[k] * slack[k] - z[k] * slackStep[k]) / slack[k]
        if slackStep[k] < 0 { primal = min(primal, 0.995 * slack[k] / -slackStep[k]) }
        if dualStep[k] < 0 { dual = min(dual, 0.995 * z[k] / -dualStep[k]) }
      }
      // The objective is not linear: one length for both sides.
      let length = min(primal, dual)
      for i in 0..<variables { x[i] += length * step[i] }
      for k in 0..<m {
        slack[k] += length * slackStep[k]
        z[k] += length * dualStep[k]
      }
      centring = length > 0.9 ? 0.05 : (length > 0.5 ? 0.2 : 0.5)
    }
    return nil
  }
}
