internal import Autodiff
internal import Finance

/// The solves of a block of dates, one in a part.
struct ConstrainedForward: ShardedWork {
  let solver: ConstrainedRiskBudgetSolver
  let constraints: WeightConstraints
  let count: Int
  let covariances: UnsafePointer<Scalar>
  let budgets: UnsafePointer<Scalar>
  let previousWeights: UnsafePointer<Scalar>?
  let weights: UnsafeMutablePointer<Scalar>
  let outcomes: DatedOutcomes<ConstrainedRiskBudgetSolution>

  func run(shard date: Int, worker: Int) {
    let n = count
    func numbers(_ values: UnsafePointer<Scalar>, _ count: Int) -> [Double] {
      (0..<count).map { Double(values[date * count + $0]) }
    }
    var own = constraints
    if let previousWeights { own.previousWeights = numbers(previousWeights, n) }
    outcomes.note(date) {
      let solution = try solver.solve(
        covariance: Matrix(rows: n, columns: n, elements: numbers(covariances, n * n)),
        budgets: numbers(budgets, n), constraints: own)
      for i in 0..<n { weights[date * n + i] = Scalar(solution.weights[i]) }
      return solution
    }
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
