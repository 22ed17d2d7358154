public import Autodiff
public import Finance

/// Portfolio weights from covariances and risk budgets under linear constraints, for a block of
/// dates as one operation, differentiated exactly.
///
/// - Shapes: covariances `[D, N, N]`, budgets `[D, N]`, previous weights (with a turnover limit)
///   `[D, N]` → weights `[D, N]`.
/// - VJP: by the implicit function theorem with the active constraints fixed; see
///   `ConstrainedRiskBudgetSolution`. The gradient to the previous weights carries yesterday's
///   decision into today's limit.
public struct ConstrainedRiskBudget: Sendable {
  /// The solver of one date.
  public let solver: ConstrainedRiskBudgetSolver
  /// The constraints of every date; its previous weights are replaced by the layer's input.
  public let constraints: WeightConstraints

  /// A layer without parameters; definition (B) unless the solver says otherwise.
  public init(
    constraints: WeightConstraints,
    solver: ConstrainedRiskBudgetSolver = ConstrainedRiskBudgetSolver(
      base: RiskBudgetSolver(roundingUnit: Double(Scalar.ulpOfOne)))
  ) {
    self.constraints = constraints
    self.solver = solver
  }

  /// The weights of a block of dates, and how the solver fared on each.
  ///
  /// Throws a ``DatedError`` around a `ConstrainedRiskBudgetError` for the first date without a
  /// solution.
  public func callAsFunction(
    covariances: Variable, budgets: Variable, previousWeights: Variable? = nil
  ) throws -> (weights: Variable, diagnostics: [RiskBudgetDiagnostics]) {
    let shape = budgets.shape
    check(
      shape.rank == 2 && covariances.shape == Shape(shape[0], shape[1], shape[1]),
      "ConstrainedRiskBudget: covariances \(covariances.shape), budgets \(shape)")
    check(
      (previousWeights == nil) == (constraints.turnoverLimit == nil)
        && (previousWeights.map { $0.shape == shape } ?? true),
      "ConstrainedRiskBudget: previous weights \(previousWeights.map { "\($0.shape)" } ?? "none") "
        + "for budgets \(shape), turnover limit \(constraints.turnoverLimit.map { "\($0)" } ?? "none")"
    )
    let (dates, n) = (shape[0], shape[1])
    func numbers(_ variable: Variable, _ date: Int, _ count: Int) -> [Double] {
      let values = variable.values + date * count
      return (0..<count).map { Double(values[$0]) }
    }
    var solutions: [ConstrainedRiskBudgetSolution] = []
    var own = constraints
    let tape = budgets.tape
    let weights = tape.allocate(shape.count)
    for d in 0..<dates {
      if let previousWeights { own.previousWeights = numbers(previousWeights, d, n) }
      do {
        solutions.append(
          try solver.solve(
            covariance: Matrix(rows: n, columns: n, elements: numbers(covariances, d, n * n)),
            budgets: numbers(budgets, d, n), constraints: own))
      } catch { throw DatedError(date: d, underlying: error) }
      for i in 0..<n { weights[d * n + i] = Scalar(solutions[d].weights[i]) }
    }
    let solved = solutions
    let inputs = [covariances, budgets] + (previousWeights.map { [$0] } ?? [])
    let result = tape.record(
      "ConstrainedRiskBudget", inputs, output: weights, shape: shape
    ) { context in
      let n = context.outputShape[1]
      let targets = (0..<context.inputCount).map { context.cotangent($0) }
      for (d, solution) in solved.enumerated() {
        let seed = context.seed + d * n
        let gradient = solution.gradient(cotangent: (0..<n).map { Double(seed[$0]) })
        if let target = targets[0] {
          for i in 0..<n * n {
            target[d * n * n + i] += Scalar(gradient.covariance.elements[i])
          }
        }
        if let target = targets[1] {
          for i in 0..<n { target[d * n + i] += Scalar(gradient.budgets[i]) }
        }
        if targets.count > 2, let target = targets[2] {
          for i in 0..<n { target[d * n + i] += Scalar(gradient.previousWeights[i]) }
        }
      }
    }
    return (result, solved.map(\.diagnostics))
  }
}
