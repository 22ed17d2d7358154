internal import KernelInterface
internal import Kernels

extension ConstrainedProblem {
  /// How exactly the search looks for the active rows; what follows is exact.
  private static let searchTolerance = 1e-7

  /// An approximate optimum of definition (A): the level `λ` is searched for which the weights sum
  /// to one, the problem at each level solved by clipped coordinate descent where only boxes
  /// constrain it, by ADMM otherwise.
  func calibrate(
    groups: [ProjectionSet], lower: [Double], upper: [Double], usesADMM: Bool
  ) -> (x: [Double], level: Double)? {
    var state = ADMMState(x: [Double](repeating: 1 / Double(n), count: n))
    for i in 0..<n { state.x[i] = max(lower[i], min(upper[i], state.x[i])) }
    state.z = state.x
    func sum(_ level: Double) -> Double? {
      let solved =
        usesADMM
        ? multipliersMethod(level: level, sets: groups, state: &state)
        : clippedDescent(level: level, lower: lower, upper: upper, x: &state.x)
      guard solved else { return nil }
      return (usesADMM ? state.z : state.x).reduce(0, +)
    }
    // The sum grows with the level: bracket it, then bisect in logarithms.
    let variance = zip(state.x, product(state.x)).reduce(0) { $0 + $1.0 * $1.1 }
    var (low, high) = (variance, variance)
    guard var atLow = sum(low) else { return nil }
    var atHigh = atLow
    for _ in 0..<60 where atLow > 1 {
      (high, atHigh) = (low, atLow)
      low *= 0.25
      guard let next = sum(low) else { return nil }
      atLow = next
    }
    for _ in 0..<60 where atHigh < 1 {
      (low, atLow) = (high, atHigh)
      high *= 4
      guard let next = sum(high) else { return nil }
      atHigh = next
    }
    guard atLow <= 1 + Self.searchTolerance, atHigh >= 1 - Self.searchTolerance else { return nil }
    for _ in 0..<60 where high / low > 1 + Self.searchTolerance {
      let middle = (low * high).squareRoot()
      guard let next = sum(middle) else { return nil }
      if next < 1 { low = middle } else { high = middle }
      if (next - 1).magnitude < 10 * Self.searchTolerance { break }
    }
    return (usesADMM ? state.z : state.x, (low * high).squareRoot())
  }

  /// Coordinate descent on `½ xᵀQx − λ Σ β ln x`, each coordinate clipped to its bounds: exact for
  /// boxes, since they do not couple the coordinates.
  private func clippedDescent(
    level: Double, lower: [Double], upper: [Double], x: inout [Double]
  ) -> Bool {
    var v = product(x)
    for _ in 0..<2000 {
      var change = 0.0
      for i in 0..<n {
        let own = q[i * stride + i]
        let a = 0.5 * (v[i] - own * x[i])
        let b = level * beta[i] * own
        let radius = (a * a + b).squareRoot()
        let free = (a > 0 ? b / (radius + a) : radius - a) / own
        let step = max(lower[i], min(upper[i], free)) - x[i]
        guard step != 0 else { continue }
        change = max(change, step.magnitude / max(x[i], 1e-12))
        x[i] += step
        for j in 0..<n { v[j] += step * q[i * stride + j] }
      }
      if change < 0.1 * Self.searchTolerance { return true }
    }
    return false
  }

  /// The iterates of ``multipliersMethod(level:sets:state:isDone:)``, kept from one level to the next.
  struct ADMMState {
    var x: [Double]
    var z: [Double] = []
    var dual: [Double] = []
    var penalty = 0.0
    /// All iterations so far.
    var iterations = 0
  }

  /// The alternating direction method of multipliers on `½ xᵀQx − λ Σ β ln x` with `x = z`, `z` in
  /// the intersection of the sets: `x` by Newton, `z` by Dykstra's projections, the penalty adapted
  /// to balance both residuals.
  ///
  /// - Source: Richard & Roncalli (2019), *Constrained Risk Budgeting Portfolios*; Boyd et al. (2011),
  ///   *Distributed Optimization and Statistical Learning via ADMM*, §3.4.1.
  ///
  /// It ends when both residuals are small, or at the first `z` that `isDone`.
  func multipliersMethod(
    level: Double, sets: [ProjectionSet], state: inout ADMMState,
    isDone: (([Double]) -> Bool)? = nil
  ) -> Bool {
    if state.dual.isEmpty {
      state.dual = [Double](repeating: 0, count: n)
      state.penalty = 1
    }
    let width = (n + 7) & ~7
    var factor = [Double](repeating: 0, count: width * width)
    for _ in 0..<3000 {
      state.iterations += 1
      // x: Newton on a strictly convex function whose barrier keeps it positive.
      for _ in 0..<50 {
        let gradient = product(state.x)
        var step = [Double](repeating: 0, count: width)
        for i in 0..<n {
          step[i] =
            gradient[i] - level * beta[i] / state.x[i]
            + state.penalty * (state.x[i] - state.z[i] + state.dual[i])
          for j in 0..<n { factor[i * width + j] = q[i * stride + j] }
          factor[i * width + i] += state.penalty + level * beta[i] / (state.x[i] * state.x[i])
        }
        guard linearAlgebra.factorPadded(count: n, stride: width, &factor, floor: 0) < 0 else {
          return false
        }
        linearAlgebra.solveTransposedPadded(count: n, stride: width, factor, &step)
        linearAlgebra.solvePadded(count: n, stride: width, factor, &step)
        var (length, change) = (1.0, 0.0)
        for i in 0..<n {
          if step[i] > 0 { length = min(length, 0.9 * state.x[i] / step[i]) }
          change = max(change, step[i].magnitude / state.x[i])
        }
        for i in 0..<n { state.x[i] -= length * step[i] }
        if change < 1e-8 { break }
      }
      let old = state.z
      state.z = ProjectionSet.project(
        (0..<n).map { state.x[$0] + state.dual[$0] }, onto: sets)
      var (primal, dual) = (0.0, 0.0)
      for i in 0..<n {
        let gap = state.x[i] - state.z[i]
        state.dual[i] += gap
        primal = max(primal, gap.magnitude)
        dual = max(dual, state.penalty * (state.z[i] - old[i]).magnitude)
      }
      if let isDone {
        if isDone(state.z) { return true }
      } else if primal < Self.searchTolerance && dual < Self.searchTolerance {
        return true
      }
      let ratio = primal > 10 * dual ? 2.0 : (dual > 10 * primal ? 0.5 : 1)
      if ratio != 1, state.iterations % 5 == 0 {
        state.penalty *= ratio
        for i in 0..<n { state.dual[i] /= ratio }
      }
    }
    return false
  }
}
