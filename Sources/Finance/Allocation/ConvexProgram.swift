internal import Autodiff

/// A small convex program, solved by a primal–dual interior-point method:
/// `min ½ xᵀPx + qᵀx + Σ_k c_k max(0, a_kᵀx + b_k)` over `Ex = f`, `a_kᵀx + b_k ≤ 0` where c_k = ∞.
///
/// Rows with an infinite price are inequality constraints; with a finite one they are hinges: the
/// shortfalls of CVaR, costs of trading. Each has a multiplier y in [0, c], a slack s = u − (aᵀx + b) ≥ 0
/// of its upper side and an excess u ≥ 0 (0 for constraints); `s y = μ` and `u (c − y) = μ` follow the
/// central path. Rows are eliminated one by one, so that the linear system has the size of x: the cost
/// of an iteration is linear in the number of rows, scenarios included.
///
/// - Source: Mehrotra (1992), *On the Implementation of a Primal–Dual Interior Point Method*, SIAM J.
///   Optimization 2(4); Nocedal & Wright (2006), §16.6.
struct ConvexProgram {
  /// P `[n, n]`, positive semidefinite.
  var quadratic: Matrix
  /// q `[n]`.
  var linear: [Double]
  /// E `[m, n]`, of full rank, and f `[m]`.
  var equalities: Matrix
  var targets: [Double]
  /// The rows a `[K, n]`, their offsets b `[K]` and prices c `[K]`.
  var rows: Matrix
  var offsets: [Double]
  var prices: [Double]

  struct Solution {
    let x: [Double]
    /// The multipliers of the rows, in [0, c].
    let multipliers: [Double]
    let iterations: Int
  }

  /// Why there is no solution: the last residual and gap, relative to their sizes.
  struct Failure: Error {
    let iterations: Int
    let residual: Double
    let gap: Double
  }

  private struct State {
    var x: [Double]
    var nu: [Double]
    var y: [Double]
    /// The slack s.
    var s: [Double]
    /// The excess u and its multiplier v = c − y, of rows with a finite price.
    var u: [Double]
    var v: [Double]
  }

  /// Solves from any starting point; the tolerance is relative.
  func solve(start: [Double], tolerance: Double = 1e-11) throws(Failure) -> Solution {
    let (n, m, k) = (linear.count, targets.count, offsets.count)
    let priced = (0..<k).map { prices[$0].isFinite }
    let terms = Double(k + priced.filter { $0 }.count)
    var state = State(
      x: start, nu: [Double](repeating: 0, count: m), y: [], s: [], u: [], v: [])
    let size = 1 + linear.map(\.magnitude).reduce(0, max)
    for r in 0..<k {
      let value = row(r, state.x)
      state.y.append(priced[r] ? 0.5 * prices[r] : size)
      state.v.append(priced[r] ? 0.5 * prices[r] : 1)
      let scale = 1.0
      state.u.append(priced[r] ? max(value, 0) + scale : 0)
      state.s.append(max(state.u[r] - value, scale))
    }
    let limit = 100
    var last = (iteration: 0, residual: Double.infinity, gap: Double.infinity)
    for iteration in 1...limit {
      // Residuals: dual, equality, and the definition of s.
      var dual = linear
      for i in 0..<n {
        for j in 0..<n { dual[i] += quadratic[i, j] * state.x[j] }
        for e in 0..<m { dual[i] += equalities[e, i] * state.nu[e] }
      }
      for r in 0..<k {
        for i in 0..<n { dual[i] += rows[r, i] * state.y[r] }
      }
      let primal = (0..<m).map { e in
        (0..<n).reduce(-targets[e]) { $0 + equalities[e, $1] * state.x[$1] }
      }
      let slack = (0..<k).map { row($0, state.x) + state.s[$0] - state.u[$0] }
      let gap = (0..<k).reduce(0) {
        $0 + state.s[$1] * state.y[$1] + (priced[$1] ? state.u[$1] * state.v[$1] : 0)
      }
      let residual = (dual.map { $0 / size } + primal + slack).map(\.magnitude).reduce(0, max)
      last = (iteration, residual, gap / size)
      if residual <= tolerance, gap <= tolerance * size {
        return Solution(x: state.x, multipliers: state.y, iterations: iteration)
      }
      // Predictor, then the step of both with the gap it leaves.
      guard iteration < limit, residual.isFinite, let factor = factorise(state, priced) else {
        // What rounding leaves of a problem at the edge of its scale is still an answer.
        guard residual <= 1e-8, gap <= 1e-8 * size else { break }
        return Solution(x: state.x, multipliers: state.y, iterations: iteration)
      }
      let mu = gap / max(terms, 1)
      let affine = direction(
        state, priced, factor, dual, primal, slack, target: 0, correction: nil)
      let reach = length(state, affine, priced)
      var after = 0.0
      for r in 0..<k {
        after += (state.s[r] + reach * affine.s[r]) * (state.y[r] + reach * affine.y[r])
        if priced[r] {
          after += (state.u[r] + reach * affine.u[r]) * (state.v[r] + reach * affine.v[r])
        }
      }
      let ratio = gap > 0 ? after / gap : 0
      // The gap must not vanish before the point is feasible: no step leads back from there. Where it
      // has run ahead, it is raised to what the residual asks for.
      let least = residual > tolerance ? 1e-2 * residual * size : 0
      let early = mu < least || reach < 0.1
      let centring = early ? max(0.5, ratio) : ratio * ratio * ratio
      let step = direction(
        state, priced, factor, dual, primal, slack,
        target: max(centring * mu, early ? 0.1 * least : 0), correction: early ? nil : affine)
      let length = min(1, 0.995 * length(state, step, priced))
      for i in 0..<n { state.x[i] += length * step.x[i] }
      for e in 0..<m { state.nu[e] += length * step.nu[e] }
      for r in 0..<k {
        state.y[r] += length * step.y[r]
        state.s[r] += length * step.s[r]
        guard priced[r] else { continue }
        state.u[r] += length * step.u[r]
        state.v[r] += length * step.v[r]
      }
    }
    throw Failure(iterations: last.iteration, residual: last.residual, gap: last.gap)
  }

  private func row(_ r: Int, _ x: [Double]) -> Double {
    var sum = offsets[r]
    for i in x.indices { sum += rows[r, i] * x[i] }
    return sum
  }

  /// The weight `1 / (s/y + u/v)` of each row in the reduced matrix.
  private func weights(_ state: State, _ priced: [Bool]) -> [Double] {
    offsets.indices.map { r in
      1 / (state.s[r] / state.y[r] + (priced[r] ? state.u[r] / state.v[r] : 0))
    }
  }

  private struct Factor {
    /// Of `H = P + Σ w a aᵀ`.
    let matrix: [Double]
    /// `H⁻¹Eᵀ`, columns as arrays, and the factor of `E H⁻¹ Eᵀ`.
    let columns: [[Double]]
    let schur: [Double]
    let weights: [Double]
  }

  private func factorise(_ state: State, _ priced: [Bool]) -> Factor? {
    let (n, m) = (linear.count, targets.count)
    let weights = weights(state, priced)
    var h = quadratic.elements
    h.withUnsafeMutableBufferPointer { h in
      rows.elements.withUnsafeBufferPointer { a in
        for r in offsets.indices {
          for i in 0..<n where a[r * n + i] != 0 {
            let scaled = weights[r] * a[r * n + i]
            for j in i..<n { h[i * n + j] += scaled * a[r * n + j] }
          }
        }
      }
    }
    let trace = (0..<n).reduce(0) { $0 + h[$1 * n + $1] }
    for i in 0..<n { h[i * n + i] += 1e-15 * trace / Double(n) }
    guard Cholesky.factor(count: n, matrix: &h) == nil else { return nil }
    let columns = (0..<m).map { e in
      var column = Array(equalities.row(e))
      Cholesky.solveTransposed(count: n, factor: h, vector: &column)
      Cholesky.solve(count: n, factor: h, vector: &column)
      return column
    }
    var schur = [Double](repeating: 0, count: m * m)
    for e in 0..<m {
      for f in 0..<m {
        for i in 0..<n { schur[e * m + f] += equalities[e, i] * columns[f][i] }
      }
    }
    guard m == 0 || Cholesky.factor(count: m, matrix: &schur) == nil else { return nil }
    return Factor(matrix: h, columns: columns, schur: schur, weights: weights)
  }

  /// Newton's direction towards `s y = u v = target`, with the second-order terms of `correction`.
  private func direction(
    _ state: State, _ priced: [Bool], _ factor: Factor, _ dual: [Double], _ primal: [Double],
    _ slack: [Double], target: Double, correction: State?
  ) -> State {
    let (n, m, k) = (linear.count, targets.count, offsets.count)
    // s dy + y ds = p, u dv + v du = o, dv = −dy, aᵀdx + ds − du = −slack.
    var p = [Double](repeating: 0, count: k)
    var o = p
    var lead = p
    for r in 0..<k {
      p[r] = target - state.s[r] * state.y[r]
      if let correction { p[r] -= correction.s[r] * correction.y[r] }
      lead[r] = slack[r] + p[r] / state.y[r]
      guard priced[r] else { continue }
      o[r] = target - state.u[r] * state.v[r]
      if let correction { o[r] -= correction.u[r] * correction.v[r] }
      lead[r] -= o[r] / state.v[r]
    }
    // dy = w (aᵀdx + lead).
    var right = dual.map { -$0 }
    rows.elements.withUnsafeBufferPointer { a in
      for r in 0..<k {
        let scaled = factor.weights[r] * lead[r]
        for i in 0..<n { right[i] -= scaled * a[r * n + i] }
      }
    }
    Cholesky.solveTransposed(count: n, factor: factor.matrix, vector: &right)
    Cholesky.solve(count: n, factor: factor.matrix, vector: &right)
    // E dx = −primal with dx = H⁻¹(right − Eᵀdν).
    var nu = (0..<m).map { e in
      (0..<n).reduce(primal[e]) { $0 + equalities[e, $1] * right[$1] }
    }
    if m > 0 {
      Cholesky.solveTransposed(count: m, factor: factor.schur, vector: &nu)
      Cholesky.solve(count: m, factor: factor.schur, vector: &nu)
    }
    for e in 0..<m {
      for i in 0..<n { right[i] -= nu[e] * factor.columns[e][i] }
    }
    var step = State(
      x: right, nu: nu, y: p, s: p, u: [Double](repeating: 0, count: k),
      v: [Double](repeating: 0, count: k))
    for r in 0..<k {
      var product = 0.0
      for i in 0..<n { product += rows[r, i] * right[i] }
      let dy = factor.weights[r] * (product + lead[r])
      step.y[r] = dy
      step.s[r] = (p[r] - state.s[r] * dy) / state.y[r]
      guard priced[r] else { continue }
      step.v[r] = -dy
      step.u[r] = (o[r] + state.u[r] * dy) / state.v[r]
    }
    return step
  }

  /// The longest step that keeps everything positive.
  private func length(_ state: State, _ step: State, _ priced: [Bool]) -> Double {
    var longest = 1.0 / 0.995
    for r in offsets.indices {
      if step.y[r] < 0 { longest = min(longest, -state.y[r] / step.y[r]) }
      if step.s[r] < 0 { longest = min(longest, -state.s[r] / step.s[r]) }
      guard priced[r] else { continue }
      if step.u[r] < 0 { longest = min(longest, -state.u[r] / step.u[r]) }
      if step.v[r] < 0 { longest = min(longest, -state.v[r] / step.v[r]) }
    }
    return longest
  }
}
