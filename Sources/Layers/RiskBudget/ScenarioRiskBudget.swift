public import Autodiff
public import Finance

/// Portfolio weights from scenarios of returns and risk budgets under a measure of the tail, for a
/// block of dates as one operation, differentiated exactly.
///
/// - Shapes: scenarios `[D, T, N]`, the earliest first, budgets `[D, N]` → weights `[D, N]`.
/// - Units: simple returns per period; only the proportions of budgets matter, zero excludes.
/// - VJP: by the implicit function theorem, for measures with kinks with their ties fixed; see
///   `ScenarioRiskBudgetSolver`.
public struct ScenarioRiskBudget: Sendable {
  /// The solver of one date.
  public let solver: ScenarioRiskBudgetSolver

  /// A layer without parameters.
  public init(_ measure: ScenarioRiskBudgetSolver.Measure) {
    solver = ScenarioRiskBudgetSolver(measure)
  }

  /// The weights of a block of dates.
  ///
  /// Throws a ``DatedError`` around a `RiskMeasureError` for the first date without a solution.
  public func callAsFunction(scenarios: Variable, budgets: Variable) throws -> Variable {
    let (shape, block) = (budgets.shape, scenarios.shape)
    check(
      shape.rank == 2 && block.rank == 3 && block[0] == shape[0] && block[2] == shape[1],
      "ScenarioRiskBudget: scenarios \(block), budgets \(shape)")
    let tape = budgets.tape
    let weights = tape.allocate(shape.count)
    let outcomes = DatedOutcomes<ScenarioRiskBudgetSolution>(dates: shape[0])
    tape.run(
      ScenarioForward(
        solver: solver, count: shape[1], rows: block[1], scenarios: scenarios.values,
        budgets: budgets.values, weights: weights, outcomes: outcomes),
      shards: shape[0])
    let solutions = try outcomes.solutions()
    return tape.record("ScenarioRiskBudget", scenarios, budgets, output: weights, shape: shape) {
      context in
      context.tape.run(
        ScenarioBackward(
          solutions: solutions, count: context.outputShape[1], seed: context.seed,
          scenarios: context.cotangent(0), budgets: context.cotangent(1)),
        shards: solutions.count)
    }
  }
}

/// The solves of a block of dates, one in a part.
private struct ScenarioForward: ShardedWork {
  let solver: ScenarioRiskBudgetSolver
  let count: Int
  let rows: Int
  let scenarios: UnsafePointer<Scalar>
  let budgets: UnsafePointer<Scalar>
  let weights: UnsafeMutablePointer<Scalar>
  let outcomes: DatedOutcomes<ScenarioRiskBudgetSolution>

  func run(shard date: Int, worker: Int) {
    func numbers(_ values: UnsafePointer<Scalar>, _ count: Int) -> [Double] {
      (0..<count).map { Double(values[date * count + $0]) }
    }
    outcomes.note(date) {
      let solution = try solver.solve(
        returns: Matrix(rows: rows, columns: count, elements: numbers(scenarios, rows * count)),
        budgets: numbers(budgets, count))
      for i in 0..<count { weights[date * count + i] = Scalar(solution.weights[i]) }
      return solution
    }
  }
}

/// The gradients of a block of dates, one in a part.
private struct ScenarioBackward: ShardedWork {
  let solutions: [ScenarioRiskBudgetSolution]
  let count: Int
  let seed: UnsafePointer<Scalar>
  let scenarios: UnsafeMutablePointer<Scalar>?
  let budgets: UnsafeMutablePointer<Scalar>?

  func run(shard date: Int, worker: Int) {
    let gradient = solutions[date].gradient(
      cotangent: (0..<count).map { Double(seed[date * count + $0]) })
    func add(_ values: [Double], to target: UnsafeMutablePointer<Scalar>?) {
      guard let target else { return }
      for (i, value) in values.enumerated() { target[date * values.count + i] += Scalar(value) }
    }
    add(gradient.returns.elements, to: scenarios)
    add(gradient.budgets, to: budgets)
  }
}
