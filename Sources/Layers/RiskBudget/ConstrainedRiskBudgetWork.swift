internal import Autodiff
internal import Finance

/// What became of the dates of a block; parts that run at the same time write different dates.
final class ConstrainedOutcomes {
  fileprivate typealias Outcome = Result<
    ConstrainedRiskBudgetSolution, ConstrainedRiskBudgetError
  >
  fileprivate let base: UnsafeMutablePointer<Outcome?>
  private let dates: Int

  init(dates: Int) {
    self.dates = dates
    base = .allocate(capacity: dates)
    base.initialize(repeating: nil, count: dates)
  }

  deinit {
    base.deinitialize(count: dates)
    base.deallocate()
  }

  /// All solutions; throws the first date's error.
  func solutions() throws(DatedError) -> [ConstrainedRiskBudgetSolution] {
    var found: [ConstrainedRiskBudgetSolution] = []
    for date in 0..<dates {
      switch base[date] {
      case .success(let solution): found.append(solution)
      case .failure(let error): throw DatedError(date: date, underlying: error)
      case nil: fatalError("ConstrainedRiskBudget: date \(date) was left out")
      }
    }
    return found
  }
}

/// The solves of a block of dates, one in a part.
struct ConstrainedForward: ShardedWork {
  let solver: ConstrainedRiskBudgetSolver
  let constraints: WeightConstraints
  let count: Int
  let covariances: UnsafePointer<Scalar>
  let budgets: UnsafePointer<Scalar>
  let previousWeights: UnsafePointer<Scalar>?
  let weights: UnsafeMutablePointer<Scalar>
  let outcomes: ConstrainedOutcomes

  func run(shard date: Int, worker: Int) {
    let n = count
    func numbers(_ values: UnsafePointer<Scalar>, _ count: Int) -> [Double] {
      (0..<count).map { Double(values[date * count + $0]) }
    }
    var own = constraints
    if let previousWeights { own.previousWeights = numbers(previousWeights, n) }
    do {
      let solution = try solver.solve(
        covariance: Matrix(rows: n, columns: n, elements: numbers(covariances, n * n)),
        budgets: numbers(budgets, n), constraints: own)
      for i in 0..<n { weights[date * n + i] = Scalar(solution.weights[i]) }
      outcomes.base[date] = .success(solution)
    } catch { outcomes.base[date] = .failure(error) }
  }
}

/// The gradients of a block of dates, one in a part.
struct ConstrainedBackward: ShardedWork {
  let solutions: [ConstrainedRiskBudgetSolution]
  let count: Int
  let seed: UnsafePointer<Scalar>
  let covariances: UnsafeMutablePointer<Scalar>?
  let budgets: UnsafeMutablePointer<Scalar>?
  let previousWeights: UnsafeMutablePointer<Scalar>?

  func run(shard date: Int, worker: Int) {
    let gradient = solutions[date].gradient(
      cotangent: (0..<count).map { Double(seed[date * count + $0]) })
    func add(_ values: [Double], to target: UnsafeMutablePointer<Scalar>?) {
      guard let target else { return }
      for (i, value) in values.enumerated() { target[date * values.count + i] += Scalar(value) }
    }
    add(gradient.covariance.elements, to: covariances)
    add(gradient.budgets, to: budgets)
    add(gradient.previousWeights, to: previousWeights)
  }
}
