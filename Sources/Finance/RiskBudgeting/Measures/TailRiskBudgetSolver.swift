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
    var peaks: [Int] = []
    var weights = [Double](repeating: 1 / Double(n), count: n)
    for _ in 0..<50 {
      let next = Self.lastPeaks(measure, returns, weights)
      if next == peaks, !peaks.isEmpty { break }
      peaks = next
      let problem = TailProblem(measure, returns: returns, peaks: peaks, beta: beta)
      let point = try problem.solve()
      let total = point.y.reduce(0, +)
      weights = point.y.map { $0 / total }
      if Self.lastPeaks(measure, returns, weights) == peaks {
        return TailRiskBudgetSolution(
          weights: weights, value: 1 / total, ties: point.ties.count, problem: problem,
          point: point, budgetSum: sum)
      }
    }
    throw .notConverged(iterations: 50, error: .infinity)
  }

  /// For each row the row of the last running peak, −1 for the start; all −1 but for CDaR.
  private static func lastPeaks(
    _ measure: Measure, _ returns: Matrix, _ weights: [Double]
  ) -> [Int] {
    var peaks = [Int](repeating: -1, count: returns.rows)
    guard case .cdar = measure else { return peaks }
    var (level, best, position) = (0.0, 0.0, -1)
    for t in 0..<returns.rows {
      for i in weights.indices { level += returns[t, i] * weights[i] }
      if level >= best { (best, position) = (level, t) }
      peaks[t] = position
    }
    return peaks
  }
}

/// A solved problem of a risk measure with kinks.
public struct TailRiskBudgetSolution: Sendable {
  /// The weights, which sum to one.
  public let weights: [Double]
  /// The portfolio's risk `R(w)`, per period.
  public let value: Double
  /// The number of scenarios on ties.
  public let ties: Int
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
    let (v, rows) = problem.adjoint(point, cotangent.map { ($0 - mean) / total })
    return (problem.returnsGradient(rows), zip(v, point.y).map { $0 / $1 / budgetSum })
  }
}
