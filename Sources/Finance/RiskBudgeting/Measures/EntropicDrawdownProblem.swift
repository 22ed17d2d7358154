#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// `min_y R(y) − Σ β ln y` with the entropic drawdown at risk `R`, which has kinks where two peaks are
/// equally high: solutions lie on some of them.
///
/// Damped Newton on soft peaks whose temperature falls to nothing shows which peaks are equally high
/// and how they share the rows' weight; Newton on the optimality conditions with these ties
/// (`Dᵀq + Eᵀs = β ⊘ y`, `E y = 0`) then ends at rounding, and is what the gradient is taken of.
///
/// - Source: Ahmadi-Javid (2012) for the measure of losses; Chekhlov, Uryasev & Zabarankin (2005) for
///   that of drawdowns.
struct EntropicDrawdownProblem {
  let returns: Matrix
  let beta: [Double]
  let confidence: Double

  /// The temperature of the last soft peaks, where the risk is 1.
  private static let coldest = 1e-9
  /// Peaks within so many temperatures may be tied.
  private static let reach = 40.0
  private static let leastShare = 1e-8

  private var n: Int { beta.count }

  /// The value and derivatives of the risk with soft peaks.
  private struct State {
    let drawdowns: SmoothedDrawdowns
    let risk: EntropicRisk
    let marginal: [Double]

    init(_ sums: Matrix, _ y: [Double], _ temperature: Double, _ confidence: Double) {
      drawdowns = SmoothedDrawdowns(sums, holdings: y, temperature: temperature)
      risk = EntropicRisk(drawdowns.losses, confidence: confidence)
      marginal = drawdowns.rows.transposed(times: risk.weights)
    }
  }

  /// Solves it; the holdings have a risk of 1.
  func solve() throws(RiskMeasureError) -> EntropicDrawdownPoint {
    let sums = cumulative
    var y = try start()
    let size = y.reduce(0, +)
    var (temperature, steps) = (0.1, 0)
    var state = State(sums, y, temperature, confidence)
    while true {
      for step in 0... {
        let gradient = (0..<n).map { state.marginal[$0] - beta[$0] / y[$0] }
        var matrix = state.risk.curvature(state.drawdowns.rows, marginal: state.marginal)
        let bent = state.drawdowns.curvature(weights: state.risk.weights)
        for k in matrix.elements.indices { matrix.elements[k] += bent.elements[k] }
        for i in 0..<n { matrix[i, i] += beta[i] / (y[i] * y[i]) }
        guard let factor = LUFactorization(matrix), step < 60 else {
          throw .notConverged(iterations: steps, error: Self.error(y, gradient, beta))
        }
        let direction = factor.solve(gradient)
        let slope = zip(direction, gradient).reduce(0) { $0 + $1.0 * $1.1 }
        guard slope.isFinite else { throw .notConverged(iterations: steps, error: slope) }
        if slope < 1e-6 * temperature { break }
        steps += 1
        guard let next = descend(sums, y, direction, slope, state, temperature) else {
          throw .notConverged(iterations: steps, error: Self.error(y, gradient, beta))
        }
        (y, state) = next
        let total = y.reduce(0, +)
        if total > 1e8 * size {
          throw .riskNotPositive(weights: y.map { $0 / total }, value: 1 / total)
        }
      }
      if temperature < Self.coldest {
        return try polish(y, ties(y, sums, state, temperature), steps)
      }
      temperature *= 0.3
      state = State(sums, y, temperature, confidence)
    }
  }

  private var cumulative: Matrix {
    var sums = returns
    for t in 1..<max(1, returns.rows) { for i in 0..<n { sums[t, i] += sums[t - 1, i] } }
    return sums
  }

  /// Holdings by the inverse volatilities, with a risk of 1.
  private func start() throws(RiskMeasureError) -> [Double] {
    let count = Double(returns.rows)
    var y = (0..<n).map { i -> Double in
      let column = returns.column(i)
      let mean = column.reduce(0, +) / count
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      return (beta[i] / max(variance, 1e-300)).squareRoot()
    }
    let own = DrawdownRows.path(returns, y)
    let risk = EntropicRisk(
      zip(own.highs, own.levels).map { $0 - $1 }, confidence: confidence
    ).value
    guard risk > 0, risk.isFinite else {
      let total = y.reduce(0, +)
      throw .riskNotPositive(weights: y.map { $0 / total }, value: risk.isNaN ? 0 : risk)
    }
    for i in 0..<n { y[i] /= risk }
    return y
  }

  private func descend(
    _ sums: Matrix, _ y: [Double], _ direction: [Double], _ slope: Double, _ state: State,
    _ temperature: Double
  ) -> (y: [Double], state: State)? {
    var length = 1.0
    for i in 0..<n where direction[i] > 0 { length = min(length, 0.9 * y[i] / direction[i]) }
    while length > 1e-12 {
      let next = (0..<n).map { y[$0] - length * direction[$0] }
      let candidate = State(sums, next, temperature, confidence)
      var change = candidate.risk.value - state.risk.value
      // ln y keeps its digits as a sum of relative changes.
      for i in 0..<n { change -= beta[i] * log1p(-length * direction[i] / y[i]) }
      if change <= -0.1 * length * slope || (change.isFinite && slope < 1e-13) {
        return (next, candidate)
      }
      length *= 0.5
    }
    return nil
  }

  /// The peak of every row, and the peaks that share its weight.
  private func ties(
    _ y: [Double], _ sums: Matrix, _ state: State, _ temperature: Double
  ) -> (peaks: [Int], ties: [DrawdownRows.Tie], shifts: [Double]) {
    let weights = state.drawdowns.peakWeights(state.risk.weights)
    let near = Self.reach * temperature
    // Rows between which nothing moved are one peak, not two that are tied.
    func isSame(_ t: Int, _ other: Int) -> Bool {
      (0..<n).allSatisfy { sums[t, $0] == (other < 0 ? 0 : sums[other, $0]) }
    }
    var (peak, high) = (-1, 0.0)
    var (peaks, ties, shifts): ([Int], [DrawdownRows.Tie], [Double]) = ([], [], [])
    for t in 0..<sums.rows {
      var level = 0.0
      for i in 0..<n { level += sums[t, i] * y[i] }
      if level > high + near {
        (peak, high) = (t, level)
      } else if level > high - near, weights[t] > Self.leastShare, !isSame(t, peak) {
        if let k = ties.firstIndex(where: { $0.assigned == peak && isSame(t, $0.other) }) {
          shifts[k] += weights[t]
        } else {
          ties.append(DrawdownRows.Tie(assigned: peak, other: t))
          shifts.append(weights[t])
        }
      }
      peaks.append(peak)
    }
    return (peaks, ties, shifts)
  }

  /// Newton on the optimality conditions with the ties.
  private func polish(
    _ start: [Double],
    _ found: (peaks: [Int], ties: [DrawdownRows.Tie], shifts: [Double]), _ steps: Int
  ) throws(RiskMeasureError) -> EntropicDrawdownPoint {
    let drawdowns = DrawdownRows(returns: returns, peaks: found.peaks, ties: found.ties)
    var point = EntropicDrawdownPoint(
      y: start, shifts: found.shifts, drawdowns: drawdowns, beta: beta, confidence: confidence,
      iterations: steps)
    var previous = Double.infinity
    for _ in 0..<30 {
      let force = point.marginal
      var residual = (0..<n).map { force[$0] - beta[$0] / point.y[$0] }
      var worst = Self.error(point.y, residual, beta)
      for row in drawdowns.equalities {
        let apart = zip(row, point.y).reduce(0) { $0 + $1.0 * $1.1 }
        residual.append(apart)
        worst = max(worst, apart.magnitude)
      }
      if worst < 1e-14 || (worst < 1e-9 && worst > 0.5 * previous) {
        try requireSound(point)
        return point
      }
      previous = worst
      guard worst.isFinite, let factor = LUFactorization(point.jacobian) else { break }
      let step = factor.solve(residual)
      for i in 0..<n { point.y[i] -= step[i] }
      for j in point.shifts.indices { point.shifts[j] -= step[n + j] }
      guard point.y.allSatisfy({ $0 > 0 }) else { break }
      point.update()
    }
    throw .notConverged(iterations: steps, error: previous)
  }

  /// Every row counts from its highest peak, and tied peaks share what weight there is.
  private func requireSound(_ point: EntropicDrawdownPoint) throws(RiskMeasureError) {
    let path = DrawdownRows.path(returns, point.y)
    for (t, peak) in point.drawdowns.peaks.enumerated() {
      let missed = path.highs[t] - (peak < 0 ? 0 : path.levels[peak])
      guard missed < 1e-9 else {
        throw .notConverged(iterations: point.iterations, error: missed)
      }
    }
    var given: [Int: Double] = [:]
    for (shift, tie) in zip(point.shifts, point.drawdowns.ties) {
      given[tie.assigned, default: 0] += shift
      guard shift > -1e-9 else { throw .notConverged(iterations: point.iterations, error: shift) }
    }
    for (assigned, shift) in given.sorted(by: { $0.key < $1.key }) {
      let most = point.drawdowns.peaks.indices.reduce(0) {
        $0 + (point.drawdowns.peaks[$1] == assigned ? point.risk.weights[$1] : 0)
      }
      guard shift < most + 1e-9 else {
        throw .notConverged(iterations: point.iterations, error: shift - most)
      }
    }
  }

  /// The largest relative error of a contribution.
  private static func error(_ y: [Double], _ residual: [Double], _ beta: [Double]) -> Double {
    beta.indices.reduce(0) { max($0, (y[$1] * residual[$1] / beta[$1]).magnitude) }
  }
}
