/// Drawdowns of uncompounded cumulative returns as linear functions of the holdings, as long as the
/// peaks stay where they are: `d = D y` with `Dₜ = c_{s(t)} − cₜ`, `c` the cumulative returns and
/// `s(t)` the peak that row t counts from; −1 is the start, at 0.
struct DrawdownRows {
  /// Two peaks that a solution makes equally high, the assigned one first.
  struct Tie: Hashable {
    let assigned: Int
    let other: Int
  }

  let peaks: [Int]
  let ties: [Tie]
  /// `D` `[T, N]`.
  let rows: Matrix
  /// `c_other − c_assigned` of each tie, zero at the solution.
  let equalities: [[Double]]

  init(returns: Matrix, peaks: [Int], ties: [Tie] = []) {
    (self.peaks, self.ties) = (peaks, ties)
    let (count, n) = (returns.rows, returns.columns)
    var rows = Matrix(rows: count, columns: n)
    var equalities = ties.map { _ in [Double](repeating: 0, count: n) }
    for i in 0..<n {
      var sums = [0.0]
      for t in 0..<count { sums.append(sums[t] + returns[t, i]) }
      for t in 0..<count { rows[t, i] = sums[peaks[t] + 1] - sums[t + 1] }
      for (j, tie) in ties.enumerated() {
        equalities[j][i] = sums[tie.other + 1] - sums[tie.assigned + 1]
      }
    }
    (self.rows, self.equalities) = (rows, equalities)
  }

  /// Carries gradients to the rows of `D` and to the equalities on to the returns `[T, N]`.
  func returnsGradient(_ byRows: Matrix, equalities byTies: [[Double]]) -> Matrix {
    let (count, n) = (rows.rows, rows.columns)
    var result = Matrix(rows: count, columns: n)
    for i in 0..<n {
      var levels = [Double](repeating: 0, count: count + 1)
      for t in 0..<count {
        levels[peaks[t] + 1] += byRows[t, i]
        levels[t + 1] -= byRows[t, i]
      }
      for (j, tie) in ties.enumerated() {
        levels[tie.other + 1] += byTies[j][i]
        levels[tie.assigned + 1] -= byTies[j][i]
      }
      var sum = 0.0
      for t in (0..<count).reversed() {
        sum += levels[t + 1]
        result[t, i] = sum
      }
    }
    return result
  }

  /// For each row the row of the last running peak (−1 the start), with the cumulative returns and
  /// running peaks.
  static func path(
    _ returns: Matrix, _ weights: [Double]
  ) -> (peaks: [Int], levels: [Double], highs: [Double]) {
    var peaks = [Int](repeating: -1, count: returns.rows)
    var levels = [Double](repeating: 0, count: returns.rows)
    var highs = levels
    var (level, best, position) = (0.0, 0.0, -1)
    for t in 0..<returns.rows {
      for i in weights.indices { level += returns[t, i] * weights[i] }
      if level >= best { (best, position) = (level, t) }
      (peaks[t], levels[t], highs[t]) = (position, level, best)
    }
    return (peaks, levels, highs)
  }
}
