/// `min_y max_q qᵀDy − Σ β ln y` over `l ≤ q ≤ u`, with `Σq = 1` where `isTail`.
struct TailProblem {
  /// A solution: the tie set and `q`.
  struct Point {
    var y: [Double]
    var level: Double
    var q: [Double]
    var ties: [Int]
    /// How much of the drawdowns' weight counts from the second peak of each pair of equal peaks.
    var shifts: [Double]
  }

  let measure: TailRiskBudgetSolver.Measure
  let rows: Matrix
  let beta: [Double]
  let lower: Double
  let upper: Double
  let isTail: Bool
  /// Where the peaks are, for drawdowns.
  private let drawdowns: DrawdownRows?
  /// `c_other − c_assigned` of each pair, zero at the solution.
  private let equalities: [[Double]]

  private var n: Int { beta.count }
  private var count: Int { rows.rows }

  init(
    _ measure: TailRiskBudgetSolver.Measure, returns: Matrix, peaks: [Int],
    peakTies: [DrawdownRows.Tie] = [],
    beta: [Double]
  ) {
    self.measure = measure
    self.beta = beta
    let (scenarios, n) = (returns.rows, returns.columns)
    var rows = returns
    var drawdowns: DrawdownRows?
    switch measure {
    case .cvar(let confidence), .cdar(let confidence):
      (lower, isTail) = (0, true)
      upper = 1 / max(1, (1 - confidence) * Double(scenarios))
    case .meanAbsoluteDeviation:
      (lower, upper, isTail) = (-1 / Double(scenarios), 1 / Double(scenarios), false)
    }
    switch measure {
    case .cvar: for k in rows.elements.indices { rows.elements[k] = -rows.elements[k] }
    case .cdar:
      let own = DrawdownRows(returns: returns, peaks: peaks, ties: peakTies)
      (rows, drawdowns) = (own.rows, own)
    case .meanAbsoluteDeviation:
      for i in 0..<n {
        let mean = returns.column(i).reduce(0, +) / Double(scenarios)
        for t in 0..<scenarios { rows[t, i] -= mean }
      }
    }
    self.rows = rows
    self.drawdowns = drawdowns
    equalities = drawdowns?.equalities ?? []
  }

  /// `∇R = Dᵀq` at a solution, one of the subgradients where scenarios tie.
  func marginal(_ point: Point) -> [Double] {
    var force = rows.transposed(times: point.q)
    for (shift, row) in zip(point.shifts, equalities) {
      for i in 0..<n { force[i] += shift * row[i] }
    }
    return force
  }

  /// Interior point, then Newton on the ties.
  ///
  /// With `p (u − q) = μ`, `z (q − l) = μ` and `Dy − α = p − z` the scenarios are eliminated through
  /// `Θ = p/(u − q) + z/(q − l)`.
  func solve() throws(RiskMeasureError) -> Point {
    let size = (rows.elements.reduce(0) { $0 + $1.magnitude } / Double(rows.elements.count))
    var y = beta.map { $0.squareRoot() / max(size, 1e-300) }
    let middle = isTail ? 1 / Double(count) : 0
    var q = [Double](repeating: middle, count: count)
    var (p, z) = (
      [Double](repeating: 1, count: count), [Double](repeating: 1, count: count)
    )
    var level = 0.0
    let border = (isTail ? 1 : 0) + equalities.count
    let first = isTail ? n + 1 : n
    var shifts = equalities.map { _ in 0.0 }
    for _ in 0..<200 {
      let values = rows.times(y)
      var force = rows.transposed(times: q)
      var apart = equalities.map { _ in 0.0 }
      for (j, row) in equalities.enumerated() {
        for i in 0..<n {
          force[i] += shifts[j] * row[i]
          apart[j] += row[i] * y[i]
        }
      }
      var mu = 0.0
      for t in 0..<count { mu += p[t] * (upper - q[t]) + z[t] * (q[t] - lower) }
      mu /= Double(2 * count)
      let stationarity = (0..<n).map { force[$0] - beta[$0] / y[$0] }
      let worst = (0..<n).reduce(0) { max($0, (y[$1] * stationarity[$1] / beta[$1]).magnitude) }
      var gap = 0.0
      for t in 0..<count { gap = max(gap, (values[t] - level - p[t] + z[t]).magnitude) }
      guard worst.isFinite, gap.isFinite else { break }
      for value in apart { gap = max(gap, value.magnitude) }
      if worst < 1e-9 && gap < 1e-9 && mu < 1e-13 * upper {
        return try polish(y, level, q, p, z, shifts)
      }
      let target = 0.1 * mu
      var theta = [Double](repeating: 0, count: count)
      var right = theta
      var matrix = Matrix(rows: n + border, columns: n + border)
      var vector = stationarity.map { -$0 } + [Double](repeating: 0, count: border)
      for i in 0..<n { matrix[i, i] = beta[i] / (y[i] * y[i]) }
      var total = 0.0
      for t in 0..<count {
        theta[t] = 1 / (p[t] / (upper - q[t]) + z[t] / (q[t] - lower))
        right[t] = values[t] - level - target / (upper - q[t]) + target / (q[t] - lower)
        for i in 0..<n {
          let weighted = theta[t] * rows[t, i]
          for j in 0..<n { matrix[i, j] += weighted * rows[t, j] }
          vector[i] -= weighted * right[t]
          if isTail {
            matrix[i, n] -= weighted
            matrix[n, i] -= weighted
          }
        }
        if isTail {
          matrix[n, n] += theta[t]
          vector[n] += theta[t] * right[t]
        }
        total += q[t]
      }
      if isTail { vector[n] -= 1 - total }
      for (j, row) in equalities.enumerated() {
        for i in 0..<n {
          matrix[i, first + j] = row[i]
          matrix[first + j, i] = row[i]
        }
        vector[first + j] = -apart[j]
      }
      guard let factor = LUFactorization(matrix) else { break }
      let step = factor.solve(vector)
      let moved = rows.times(Array(step[..<n]))
      var length = 1.0
      for i in 0..<n where step[i] < 0 { length = min(length, 0.9 * y[i] / -step[i]) }
      var (dq, dp, dz) = (theta, theta, theta)
      for t in 0..<count {
        dq[t] = theta[t] * (moved[t] - (isTail ? step[n] : 0) + right[t])
        dp[t] = (target - p[t] * (upper - q[t]) + p[t] * dq[t]) / (upper - q[t])
        dz[t] = (target - z[t] * (q[t] - lower) - z[t] * dq[t]) / (q[t] - lower)
        if dq[t] > 0 { length = min(length, 0.99 * (upper - q[t]) / dq[t]) }
        if dq[t] < 0 { length = min(length, 0.99 * (q[t] - lower) / -dq[t]) }
        if dp[t] < 0 { length = min(length, 0.99 * p[t] / -dp[t]) }
        if dz[t] < 0 { length = min(length, 0.99 * z[t] / -dz[t]) }
      }
      for i in 0..<n { y[i] += length * step[i] }
      if isTail { level += length * step[n] }
      for j in shifts.indices { shifts[j] += length * step[first + j] }
      for t in 0..<count {
        q[t] += length * dq[t]
        p[t] += length * dp[t]
        z[t] += length * dz[t]
      }
      let sum = y.reduce(0, +)
      if sum * size > 1e10 {
        throw .riskNotPositive(weights: y.map { $0 / sum }, value: values.max() ?? 0)
      }
    }
    throw .notConverged(iterations: 200, error: .infinity)
  }

  private func hasEqualRows(_ s: Int, _ t: Int) -> Bool {
    (0..<n).allSatisfy { rows[s, $0] == rows[t, $0] }
  }

  private func polish(
    _ start: [Double], _ level: Double, _ q: [Double], _ p: [Double], _ z: [Double],
    _ shifts: [Double]
  ) throws(RiskMeasureError) -> Point {
    // A tie has room on both sides of q beside its slacks.
    let loose = (0..<count).filter { t in
      let scale = upper - lower
      return (upper - q[t]) / scale > p[t] && (q[t] - lower) / scale > z[t]
    }
    let tied = Set(loose)
    // Of equal rows (days without a drawdown, repeated scenarios) one is enough to move.
    var ties: [Int] = []
    for t in loose where !ties.contains(where: { hasEqualRows($0, t) }) { ties.append(t) }
    var point = Point(y: start, level: level, q: q, ties: ties, shifts: shifts)
    for t in 0..<count where !tied.contains(t) { point.q[t] = p[t] > z[t] ? upper : lower }
    var previous = Double.infinity
    for _ in 0..<30 {
      let force = marginal(point)
      var residual = (0..<n).map { force[$0] - beta[$0] / point.y[$0] }
      let values = rows.times(point.y)
      for t in ties { residual.append(values[t] - (isTail ? point.level : 0)) }
      for row in equalities {
        residual.append(zip(row, point.y).reduce(0) { $0 + $1.0 * $1.1 })
      }
      if hasLevel(ties) { residual.append(point.q.reduce(-1, +)) }
      var worst = 0.0
      for i in 0..<n { worst = max(worst, (residual[i] * point.y[i] / beta[i]).magnitude) }
      for k in n..<max(n, residual.count) { worst = max(worst, residual[k].magnitude) }
      if worst < 1e-14 || (worst < 1e-9 && worst > 0.5 * previous) {
        for t in ties where point.q[t] < lower - 1e-9 || point.q[t] > upper + 1e-9 {
          throw .notConverged(iterations: 30, error: point.q[t])
        }
        return point
      }
      previous = worst
      guard let factor = LUFactorization(jacobian(point)) else { break }
      let step = factor.solve(residual)
      for i in 0..<n { point.y[i] -= step[i] }
      for (k, t) in ties.enumerated() { point.q[t] -= step[n + k] }
      for j in point.shifts.indices { point.shifts[j] -= step[n + ties.count + j] }
      if hasLevel(ties) { point.level -= step[n + ties.count + point.shifts.count] }
    }
    throw .notConverged(iterations: 30, error: previous)
  }

  /// Whether `α` is an unknown: a tail of a whole number of scenarios may end between two of them.
  private func hasLevel(_ ties: [Int]) -> Bool { isTail && !ties.isEmpty }

  /// The derivative of (stationarity, ties, sum) with respect to `(y, q_𝒯, shifts, α)`.
  private func jacobian(_ point: Point, transposed: Bool = false) -> Matrix {
    let (ties, border) = (point.ties.count, hasLevel(point.ties) ? 1 : 0)
    let size = n + ties + equalities.count + border
    var matrix = Matrix(rows: size, columns: size)
    for i in 0..<n { matrix[i, i] = beta[i] / (point.y[i] * point.y[i]) }
    for (j, row) in equalities.enumerated() {
      for i in 0..<n {
        matrix[i, n + ties + j] = row[i]
        matrix[n + ties + j, i] = row[i]
      }
    }
    for (k, t) in point.ties.enumerated() {
      for i in 0..<n {
        matrix[i, n + k] = rows[t, i]
        matrix[n + k, i] = rows[t, i]
      }
      if isTail {
        let (a, b) = (n + k, size - 1)
        matrix[a, b] = transposed ? 1 : -1
        matrix[b, a] = transposed ? -1 : 1
      }
    }
    return matrix
  }

  /// The adjoint vector of `y`, and the gradients to the rows of `D` and to the differences of equal
  /// peaks.
  func adjoint(
    _ point: Point, _ right: [Double]
  ) -> (y: [Double], rows: Matrix, equalities: [[Double]]) {
    let matrix = jacobian(point, transposed: true)
    guard let factor = LUFactorization(matrix) else {
      fatalError("TailRiskBudgetSolution: the ties are linearly dependent")
    }
    let solution = factor.solve(
      right + [Double](repeating: 0, count: matrix.rows - right.count))
    var gradient = Matrix(rows: count, columns: n)
    for t in 0..<count {
      for i in 0..<n { gradient[t, i] = -point.q[t] * solution[i] }
    }
    for (k, t) in point.ties.enumerated() {
      for i in 0..<n { gradient[t, i] -= solution[n + k] * point.y[i] }
    }
    let byPeaks = equalities.indices.map { j in
      (0..<n).map { i in
        -point.shifts[j] * solution[i] - solution[n + point.ties.count + j] * point.y[i]
      }
    }
    return (Array(solution[..<n]), gradient, byPeaks)
  }

  /// Carries the gradient of the rows of `D` on to the returns.
  func returnsGradient(_ rows: Matrix, equalities: [[Double]]) -> Matrix {
    var result = rows
    switch measure {
    case .cvar: for k in result.elements.indices { result.elements[k] = -rows.elements[k] }
    case .cdar:
      guard let drawdowns else { fatalError("TailProblem: drawdowns without peaks") }
      return drawdowns.returnsGradient(rows, equalities: equalities)
    case .meanAbsoluteDeviation:
      for i in 0..<n {
        let mean = rows.column(i).reduce(0, +) / Double(count)
        for t in 0..<count { result[t, i] -= mean }
      }
    }
    return result
  }
}
