import Finance

/// W3: risk-budgeting solves alone, to a relative error of the risk contributions of 1e-10.
struct RiskBudgetSolve {
  let problems: [RiskProblem]
  let solver: RiskBudgetSolver
  private let count: Int
  private var weights: [Double]
  private var save: [Double]
  private var scratch: [Double]

  /// Name, assets, seeds.
  static let cases: [(name: String, count: Int, seeds: Range<UInt64>)] = [
    ("n=10", 10, 31..<32), ("n=50", 50, 31..<32), ("n=200", 200, 31..<32),
    ("n=1000", 1000, 31..<32), ("batch256 n=50", 50, 1000..<1256),
  ]

  /// Without `certifies` the covariance is trusted, as every peer trusts it.
  init(count: Int, seeds: Range<UInt64>, certifies: Bool) {
    self.count = count
    problems = seeds.map { RiskProblem(count: count, seed: $0) }
    solver = RiskBudgetSolver(certifies: certifies)
    weights = [Double](repeating: 0, count: count)
    save = [Double](repeating: 0, count: RiskBudgetSolver.saveCount(count))
    scratch = [Double](repeating: 0, count: RiskBudgetSolver.scratchCount(count))
  }

  /// Solves all problems; returns the last one's `Σw²`.
  mutating func step() throws -> Double {
    for problem in problems {
      _ = try solver.solve(
        count: count, covariance: problem.covariance.elements, budgets: problem.budgets,
        start: nil, weights: &weights, save: &save, scratch: &scratch)
    }
    return weights.reduce(0) { $0 + $1 * $1 }
  }

  /// The largest relative error of a risk contribution over all problems.
  func error() throws -> Double {
    try problems.reduce(0) {
      max(
        $0,
        try $1.error(
          of: solver.solve(covariance: $1.covariance, budgets: $1.budgets).weights))
    }
  }
}
