import Autodiff
import Finance

/// W3: risk-budgeting solves alone, to a relative error of the risk contributions of 1e-10; several
/// problems are shared between threads.
final class RiskBudgetSolve {
  let problems: [RiskProblem]
  let solver: RiskBudgetSolver
  private let count: Int
  private let pool: ThreadPool?
  private let memory: UnsafeMutablePointer<Double>
  private let squares: UnsafeMutablePointer<Double>

  /// Name, assets, seeds.
  static let cases: [(name: String, count: Int, seeds: Range<UInt64>)] = [
    ("n=10", 10, 31..<32), ("n=50", 50, 31..<32), ("n=200", 200, 31..<32),
    ("n=1000", 1000, 31..<32), ("batch256 n=50", 50, 1000..<1256),
  ]

  /// One problem; its worker has weights, a save area and scratch memory.
  private struct Work: ShardedWork {
    let problems: [RiskProblem]
    let solver: RiskBudgetSolver
    let count: Int
    let memory: UnsafeMutablePointer<Double>
    let squares: UnsafeMutablePointer<Double>

    static func memoryCount(_ n: Int) -> Int {
      (n + RiskBudgetSolver.saveCount(n) + RiskBudgetSolver.scratchCount(n) + 15) & ~7
    }

    func run(shard: Int, worker: Int) {
      let weights = memory + worker * Self.memoryCount(count)
      let save = weights + ((count + 7) & ~7)
      do {
        _ = try solver.solve(
          count: count, covariance: problems[shard].covariance.elements,
          budgets: problems[shard].budgets, start: nil, weights: weights, save: save,
          scratch: save + RiskBudgetSolver.saveCount(count))
      } catch { fatalError("W3: problem \(shard): \(error)") }
      var square = 0.0
      for i in 0..<count { square += weights[i] * weights[i] }
      squares[shard] = square
    }
  }

  /// Without `certifies` the covariance is trusted, as every peer trusts it.
  init(count: Int, seeds: Range<UInt64>, threads: Int, certifies: Bool) {
    self.count = count
    problems = seeds.map { RiskProblem(count: count, seed: $0) }
    solver = RiskBudgetSolver(certifies: certifies)
    pool = threads > 1 && problems.count > 1 ? ThreadPool(threads: threads) : nil
    memory = .allocate(capacity: threads * Work.memoryCount(count))
    squares = .allocate(capacity: problems.count)
  }

  deinit {
    memory.deallocate()
    squares.deallocate()
  }

  /// Solves all problems; returns the last one's `Σw²`.
  func step() -> Double {
    let work = Work(
      problems: problems, solver: solver, count: count, memory: memory, squares: squares)
    if let pool {
      pool.run(work, shards: problems.count)
    } else {
      for problem in problems.indices { work.run(shard: problem, worker: 0) }
    }
    return squares[problems.count - 1]
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
