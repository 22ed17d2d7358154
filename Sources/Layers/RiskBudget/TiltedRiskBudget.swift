public import Autodiff
public import Finance

/// Portfolio weights that share out the risk `R(w) = σ(w) − μᵀw` in given proportions, for a block of
/// dates as one operation, differentiated exactly: risk budgeting tilted by expected returns.
///
/// - Shapes: covariances `[D, N, N]`, expected returns μ `[D, N]`, budgets `[D, N]` → weights `[D, N]`.
/// - Units: μ in units of risk, expected returns times the tilt κ of `TiltedVolatility`; with μ = 0 the
///   weights are those of ``RiskBudget``. Only the proportions of budgets matter.
/// - VJP: by the implicit function theorem, to all three; see `TiltedVolatility.gradient`. A budget of
///   zero excludes its asset and gets no gradient, nor do its μ and its row of Σ.
/// - Source: Roncalli (2013), *Introducing Expected Returns into Risk Parity Portfolios*.
public struct TiltedRiskBudget: Sendable {
  /// The solver of one date.
  public let solver: RiskMeasureBudgetSolver

  /// A layer without parameters.
  public init(solver: RiskMeasureBudgetSolver = RiskMeasureBudgetSolver()) { self.solver = solver }

  /// The weights of a block of dates.
  ///
  /// Throws a ``DatedError`` around a `RiskMeasureError` for the first date without a solution: R must be
  /// positive for every long-only portfolio.
  public func callAsFunction(
    covariances: Variable, expectedReturns: Variable, budgets: Variable
  ) throws -> Variable {
    let (shape, square) = (budgets.shape, covariances.shape)
    check(
      shape.rank == 2 && square == Shape(shape[0], shape[1], shape[1])
        && expectedReturns.shape == shape,
      "TiltedRiskBudget: covariances \(square), expected returns \(expectedReturns.shape), "
        + "budgets \(shape)")
    let tape = budgets.tape
    let weights = tape.allocate(shape.count)
    let outcomes = DatedOutcomes<TiltedSolution>(dates: shape[0])
    tape.run(
      TiltedForward(
        solver: solver, count: shape[1], covariances: covariances.values,
        expectedReturns: expectedReturns.values, budgets: budgets.values, weights: weights,
        outcomes: outcomes),
      shards: shape[0])
    let solutions = try outcomes.solutions()
    return tape.record(
      "TiltedRiskBudget", covariances, expectedReturns, budgets, output: weights, shape: shape
    ) { context in
      context.tape.run(
        TiltedBackward(
          solutions: solutions, count: context.outputShape[1], seed: context.seed,
          covariances: context.cotangent(0), expectedReturns: context.cotangent(1),
          budgets: context.cotangent(2)),
        shards: solutions.count)
    }
  }
}

/// A solved date: the problem of the assets with a budget.
private struct TiltedSolution: Sendable {
  /// The assets with a budget.
  let members: [Int]
  let measure: TiltedVolatility
  let solution: RiskMeasureBudgetSolution
}

/// The solves of a block of dates, one in a part.
private struct TiltedForward: ShardedWork {
  let solver: RiskMeasureBudgetSolver
  let count: Int
  let covariances, expectedReturns, budgets: UnsafePointer<Scalar>
  let weights: UnsafeMutablePointer<Scalar>
  let outcomes: DatedOutcomes<TiltedSolution>

  func run(shard date: Int, worker: Int) {
    let (n, own) = (count, weights + date * count)
    let (σ, μ, b) = (
      covariances + date * n * n, expectedReturns + date * n, budgets + date * n
    )
    outcomes.note(date) {
      let members = (0..<n).filter { b[$0] != 0 }
      let m = members.count
      guard m > 0 else { throw RiskBudgetError.noBudget(count: n) }
      let measure = TiltedVolatility(
        covariance: Matrix(
          rows: m, columns: m,
          elements: members.flatMap { i in members.map { Double(σ[i * n + $0]) } }),
        expectedReturns: members.map { Double(μ[$0]) }, tilt: 1)
      let solution: RiskMeasureBudgetSolution
      do throws(RiskMeasureError) {
        solution = try solver.solve(measure: measure, budgets: members.map { Double(b[$0]) })
      } catch { throw error.among(members, of: n) }
      for i in 0..<n { own[i] = 0 }
      for (k, i) in members.enumerated() { own[i] = Scalar(solution.weights[k]) }
      return TiltedSolution(members: members, measure: measure, solution: solution)
    }
  }
}

/// The gradients of a block of dates, one in a part.
private struct TiltedBackward: ShardedWork {
  let solutions: [TiltedSolution]
  let count: Int
  let seed: UnsafePointer<Scalar>
  let covariances, expectedReturns, budgets: UnsafeMutablePointer<Scalar>?

  func run(shard date: Int, worker: Int) {
    let (n, own) = (count, solutions[date])
    let adjoint = own.solution.adjoint(
      cotangent: own.members.map { Double(seed[date * n + $0]) })
    let gradient = own.measure.gradient(
      holdings: own.solution.holdings, adjoint: adjoint.vector)
    for (k, i) in own.members.enumerated() {
      budgets?[date * n + i] += Scalar(adjoint.budgets[k])
      expectedReturns?[date * n + i] += Scalar(gradient.expectedReturns[k])
      guard let target = covariances.map({ $0 + (date * n + i) * n }) else { continue }
      for (l, j) in own.members.enumerated() { target[j] += Scalar(gradient.covariance[k, l]) }
    }
  }
}
