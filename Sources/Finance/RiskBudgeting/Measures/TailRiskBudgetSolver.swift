internal import Autodiff

/// Risk budgeting under measures with kinks, exactly: CVaR, conditional drawdown at risk, mean
/// absolute deviation.
///
/// `R(y) = max qᵀDy` over `l ≤ q ≤ u` (and `Σq = 1` for the tails). The solution puts scenarios *on*
/// ties, where `q` is strictly between its bounds; holding the tail's weights fixed would give wrong
/// gradients. An interior-point method finds the tie set 𝒯; Newton solves
/// `Dᵀq = β ⊘ y`, `D_𝒯 y = α1`, `Σq = 1` in `(y, α, q_𝒯)`; the gradient is that system's adjoint.
///
/// - Rows of `D`: `−rₜ` (CVaR), `c_{s(t)} − cₜ` with uncompounded cumulative returns `c` and the last
///   running peak `s(t)`, which starts at 0 (CDaR), `rₜ − r̄` (MAD).
/// - Source: Rockafellar & Uryasev (2000); Chekhlov, Uryasev & Zabarankin (2005); Konno & Yamazaki
///   (1991).
public struct TailRiskBudgetSolver: Sendable, Hashable {
  /// The measure.
  public enum Measure: Sendable, Hashable {
    /// The mean of the worst `1 − confidence` of losses.
    case cvar(confidence: Double)
    /// The mean of the worst `1 − confidence` of drawdowns of uncompounded cumulative returns.
    case cdar(confidence: Double)
    /// `mean |rᵀy − mean|`.
    case meanAbsoluteDeviation
  }

  /// The measure.
  public let measure: Measure

  /// A solver.
  public init(_ measure: Measure) {
    self.measure = measure
    switch measure {
    case .cvar(let confidence), .cdar(let confidence):
      check(
        confidence > 0 && confidence < 1,
        "TailRiskBudgetSolver: confidence \(confidence) outside 0…1")
    case .meanAbsoluteDeviation: break
    }
  }

  /// Solves one problem over scenarios `[T, N]` (for CDaR in the order of time); every budget must be
  /// positive.
  public func solve(
    returns: Matrix, budgets: [Double]
  ) throws(RiskMeasureError) -> TailRiskBudgetSolution {
    let n = budgets.count
    check(
      returns.columns == n && returns.rows > 1,
      "TailRiskBudgetSolver: returns \(returns.rows) × \(returns.columns) for \(n) budgets")
    for (i, budget) in budgets.enumerated() {
      guard budget > 0, budget.isFinite else { throw .invalidBudget(asset: i, value: budget) }
    }
    for s in 0..<returns.rows {
      for i in 0..<n {
        guard returns[s, i].isFinite else {
          throw .invalidReturn(scenario: s, asset: i, value: returns[s, i])
        }
      }
    }
    let sum = budgets.reduce(0, +)
    let beta = budgets.map { $0 / sum }
    var weights = [Double](repeating: 1 / Double(n), count: n)
    var peaks = Self.lastPeaks(measure, returns, weights).peaks
    var (seen, ties): (Set<[Int]>, [DrawdownRows.Tie]) = ([], [])
    for _ in 0..<50 {
      let problem = TailProblem(
        measure, returns: returns, peaks: peaks, peakTies: ties, beta: beta)
      let point = try problem.solve()
      let total = point.y.reduce(0, +)
      weights = point.y.map { $0 / total }
      let (next, levels, highs) = Self.lastPeaks(measure, returns, weights)
      // The assigned peaks are the highest, or as high to rounding.
      let misses = peaks.indices.filter { t in
        let assigned = peaks[t] < 0 ? 0 : levels[peaks[t]]
        return next[t] != peaks[t] && highs[t] - assigned > 1e-10 / total
      }
      // A pair is a tie only if weight is shared between its peaks; otherwise one of them wins.
      let wrong = ties.indices.filter { j in
        let most = peaks.indices.reduce(0) {
          $0 + (peaks[$1] == ties[j].assigned ? point.q[$1] : 0)
        }
        return point.shifts[j] < -1e-9 || point.shifts[j] > most + 1e-9
      }
      if misses.isEmpty && wrong.isEmpty {
        return TailRiskBudgetSolution(
          weights: weights, value: 1 / total, ties: point.ties.count + ties.count, problem: problem,
          point: point, budgetSum: sum)
      }
      for j in wrong.reversed() {
        let tie = ties.remove(at: j)
        guard point.shifts[j] > 0 else { continue }
        for t in peaks.indices where peaks[t] == tie.assigned { peaks[t] = tie.other }
      }
      // Rows without weight follow their peak; so do the others, until that goes round in circles:
      // then the solution makes two peaks equally high.
      let weighty = misses.filter { point.q[$0] > 1e-12 * problem.upper }
      let circling = !weighty.isEmpty && !seen.insert(next).inserted
      for t in misses where !(circling && weighty.contains(t)) { peaks[t] = next[t] }
      if circling, let t = weighty.first {
        ties.append(DrawdownRows.Tie(assigned: peaks[t], other: next[t]))
      }
    }
    throw .notConverged(iterations: 50, error: .infinity)
  }

  /// The running peaks where they matter; without drawdowns all are the start.
  private static func lastPeaks(
    _ measure: Measure, _ returns: Matrix, _ weights: [Double]
  ) -> (peaks: [Int], levels: [Double], highs: [Double]) {
    if case .cdar = measure { return DrawdownRows.path(returns, weights) }
    let none = [Double](repeating: 0, count: returns.rows)
    return ([Int](repeating: -1, count: returns.rows), none, none)
  }
}

/// A solved problem of a risk measure with kinks.
public struct TailRiskBudgetSolution: Sendable {
  /// The weights, which sum to one.
  public let weights: [Double]
  /// The portfolio's risk `R(w)`, per period.
  public let value: Double
  /// The number of scenarios on ties, and of pairs of equal peaks.
  public let ties: Int
  /// The shares `wᵢ ∂ᵢR(w) / R(w)` of the risk; they sum to one.
  public var riskContributions: [Double] {
    let parts = zip(point.y, problem.marginal(point)).map { $0 * $1 }
    let total = parts.reduce(0, +)
    return parts.map { $0 / total }
  }
  let problem: TailProblem
  let point: TailProblem.Point
  let budgetSum: Double

  /// The exact gradient of a loss whose gradient with respect to the weights is `cotangent`:
  /// to the scenarios' returns `[T, N]` and the budgets.
  public func gradient(cotangent: [Double]) -> (returns: Matrix, budgets: [Double]) {
    check(
      cotangent.count == weights.count,
      "TailRiskBudgetSolution: \(cotangent.count) cotangents for \(weights.count) weights")
    let mean = zip(weights, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
    let total = point.y.reduce(0, +)
    let (v, rows, equalities) = problem.adjoint(point, cotangent.map { ($0 - mean) / total })
    return (
      problem.returnsGradient(rows, equalities: equalities),
      zip(v, point.y).map { $0 / $1 / budgetSum }
    )
  }
}
