internal import Autodiff
internal import Finance

/// Working memory of one worker, in double precision whatever `Scalar` is.
struct RiskBudgetMemory: BitwiseCopyable {
  let covariance: UnsafeMutablePointer<Double>
  let budgets: UnsafeMutablePointer<Double>
  let weights: UnsafeMutablePointer<Double>
  let scratch: UnsafeMutablePointer<Double>

  /// Whole cache lines, so that workers do not disturb each other.
  static func count(_ n: Int) -> Int {
    let row = (n + 7) & ~7
    return ((n * n + 7) & ~7) + 2 * row + ((RiskBudgetSolver.scratchCount(n) + 7) & ~7)
  }

  /// The part of a worker.
  init(_ n: Int, _ memory: UnsafeMutablePointer<Double>, worker: Int) {
    let row = (n + 7) & ~7
    covariance = memory + worker * Self.count(n)
    budgets = covariance + ((n * n + 7) & ~7)
    weights = budgets + row
    scratch = weights + row
  }

  /// How dates of `n` assets are shared between threads; a solve costs some 1 + n²/300 µs.
  static func shards(dates: Int, count n: Int) -> DateShards {
    DateShards(dates: dates, cost: 1 + Double(n * n) / 300)
  }
}

/// The solves of a block of dates.
struct RiskBudgetForward: ShardedWork {
  let solver: RiskBudgetSolver
  let count: Int
  let shards: DateShards
  let covariances: UnsafePointer<Scalar>
  let budgets: UnsafePointer<Scalar>
  let weights: UnsafeMutablePointer<Scalar>
  /// What the backward pass needs, date by date; `nil` if there is none.
  let saved: UnsafeMutablePointer<Double>?
  /// A save area for each worker where nothing is kept.
  let discarded: UnsafeMutablePointer<Double>
  /// How the solver fared, date by date.
  let diagnostics: DatedDiagnostics
  let memory: UnsafeMutablePointer<Double>

  func run(shard: Int, worker: Int) {
    diagnostics.note(shards[shard]) { date throws(RiskBudgetError) in try solve(date, worker) }
  }

  /// Solves one date.
  func solve(_ date: Int, _ worker: Int) throws(RiskBudgetError) -> RiskBudgetDiagnostics {
    let (n, own) = (count, RiskBudgetMemory(count, memory, worker: worker))
    let saveCount = RiskBudgetSolver.saveCount(n)
    let (sigma, b) = (covariances + date * n * n, budgets + date * n)
    for i in 0..<n * n { own.covariance[i] = Double(sigma[i]) }
    for i in 0..<n { own.budgets[i] = Double(b[i]) }
    let result = try solver.solve(
      count: n, covariance: own.covariance, budgets: own.budgets, start: nil,
      weights: own.weights,
      save: saved.map { $0 + date * saveCount } ?? discarded + worker * saveCount,
      scratch: own.scratch)
    for i in 0..<n { weights[date * n + i] = Scalar(own.weights[i]) }
    return result
  }
}

/// The gradients of a block of dates.
struct RiskBudgetBackward: ShardedWork {
  let count: Int
  let shards: DateShards
  let seed: UnsafePointer<Scalar>
  let saved: UnsafePointer<Double>
  let covarianceCotangent: UnsafeMutablePointer<Scalar>?
  let budgetCotangent: UnsafeMutablePointer<Scalar>?
  let memory: UnsafeMutablePointer<Double>

  func run(shard: Int, worker: Int) {
    let (n, own) = (count, RiskBudgetMemory(count, memory, worker: worker))
    let saveCount = RiskBudgetSolver.saveCount(n)
    for date in shards[shard] {
      for i in 0..<n {
        own.weights[i] = Double(seed[date * n + i])
        own.budgets[i] = 0
      }
      if covarianceCotangent != nil { own.covariance.update(repeating: 0, count: n * n) }
      RiskBudgetSolver.backward(
        count: n, cotangent: own.weights, save: saved + date * saveCount, scratch: own.scratch,
        covarianceGradient: covarianceCotangent == nil ? nil : own.covariance,
        budgetGradient: budgetCotangent == nil ? nil : own.budgets)
      if let target = covarianceCotangent.map({ $0 + date * n * n }) {
        for i in 0..<n * n { target[i] += Scalar(own.covariance[i]) }
      }
      if let target = budgetCotangent.map({ $0 + date * n }) {
        for i in 0..<n { target[i] += Scalar(own.budgets[i]) }
      }
    }
  }
}
