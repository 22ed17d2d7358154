extension ConstrainedProblem {
  /// The exact optimum near an approximate one: Newton on the optimality conditions with the given
  /// rows active, which are then corrected until multipliers and slacks have their signs.
  ///
  /// `nil` if they do not settle.
  func polish(_ start: [Double], level: Double, active: [Int]) -> ConstrainedOptimum? {
    var best: ConstrainedOptimum?
    var guess = ConstrainedOptimum(
      x: start, level: level, active: active, multipliers: active.map { _ in 0 }, iterations: 0,
      residual: .infinity, weaklyActive: 0)
    var seen: Set<[Int]> = []
    for _ in 0..<60 {
      guard seen.insert(guess.active).inserted, let exact = newton(guess) else { return best }
      guess = exact
      let held = Set(guess.active)
      let missing = (0..<rows.count).filter { !held.contains($0) }
        .map { (row: $0, excess: excess($0, guess.x)) }.max { $0.excess < $1.excess }
      let wrong = guess.active.indices
        .filter { !rows.isEquality[guess.active[$0]] }
        .map { (position: $0, multiplier: guess.multipliers[$0]) }
        .min { $0.multiplier < $1.multiplier }
      if let missing, missing.excess > 1e-11 {
        guess.active = (guess.active + [missing.row]).sorted()
        guess.multipliers = guess.active.map { _ in 0 }
      } else if let wrong, wrong.multiplier < -1e-11 {
        guess.active.remove(at: wrong.position)
        guess.multipliers.remove(at: wrong.position)
      } else {
        let loose = (0..<rows.count).count { !held.contains($0) && excess($0, guess.x) > -1e-9 }
        let idle = guess.active.indices.count {
          !rows.isEquality[guess.active[$0]] && guess.multipliers[$0] < 1e-9
        }
        guess.weaklyActive = loose + idle
        best = guess
        return best
      }
    }
    return nil
  }

  /// Newton on the conditions with fixed active rows.
  private func newton(_ start: ConstrainedOptimum) -> ConstrainedOptimum? {
    var current = start
    let (size, a) = (variables, start.active.count)
    var previous = Double.infinity
    for iteration in 0..<50 {
      let residual = conditions(current)
      let worst = residual.reduce(0) { max($0, $1.magnitude) }
      guard worst.isFinite else { return nil }
      if worst < 1e-15 || (worst < 1e-9 && worst > 0.5 * previous) || iteration == 49 {
        current.residual = worst
        return worst < 1e-9 ? current : nil
      }
      previous = worst
      guard let factor = LUFactorization(jacobian(current)) else { return nil }
      let step = factor.solve(residual)
      var length = 1.0
      for i in 0..<n where step[i] > 0 { length = min(length, 0.9 * current.x[i] / step[i]) }
      if definition == .calibrated, step[size + a] > 0 {
        length = min(length, 0.9 * current.level / step[size + a])
      }
      for i in 0..<size { current.x[i] -= length * step[i] }
      for k in 0..<a { current.multipliers[k] -= length * step[size + k] }
      if definition == .calibrated { current.level -= length * step[size + a] }
      current.iterations += 1
    }
    return nil
  }

  /// The optimality conditions: stationarity, the active rows, and for (A) `Σx = 1`.
  private func conditions(_ point: ConstrainedOptimum) -> [Double] {
    var residual = [Double](repeating: 0, count: variables)
    let gradient = product(point.x)
    for i in 0..<n { residual[i] = gradient[i] - point.level * beta[i] / point.x[i] }
    for (k, row) in point.active.enumerated() {
      for j in 0..<variables { residual[j] += point.multipliers[k] * matrix[row][j] }
    }
    residual += point.active.enumerated().map {
      excess($0.element, point.x) - Self.give * point.multipliers[$0.offset]
    }
    if definition == .calibrated {
      residual.append(point.x[..<n].reduce(-1, +))
    }
    return residual
  }

  /// Active rows give way by this much for each unit of their multiplier, so that rows which repeat
  /// each other share it instead of making the system singular.
  private static let give = 1e-14

  /// The derivative of the conditions with respect to `(x, multipliers, λ)`:
  /// `[H Aᵀ −c; A −ε 0; 1ᵀ 0 0]` with `H = Q + λ diag(β ⊘ x²)`, `c = β ⊘ x`; the last row and column
  /// for (A) only.
  func jacobian(_ point: ConstrainedOptimum, transposed: Bool = false) -> Matrix {
    let (size, a) = (variables, point.active.count)
    let total = size + a + (definition == .calibrated ? 1 : 0)
    var matrix = Matrix(rows: total, columns: total)
    for i in 0..<n {
      for j in 0..<n { matrix[i, j] = q[i * stride + j] }
      matrix[i, i] += point.level * beta[i] / (point.x[i] * point.x[i])
      guard definition == .calibrated else { continue }
      let (row, column) = (total - 1, i)
      matrix[column, row] = transposed ? 1 : -beta[i] / point.x[i]
      matrix[row, column] = transposed ? -beta[i] / point.x[i] : 1
    }
    for (k, row) in point.active.enumerated() {
      for j in 0..<size {
        matrix[size + k, j] = self.matrix[row][j]
        matrix[j, size + k] = self.matrix[row][j]
      }
      matrix[size + k, size + k] = -Self.give
    }
    return matrix
  }
}
