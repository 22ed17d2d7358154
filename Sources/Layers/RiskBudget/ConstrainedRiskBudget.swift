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
    let tape = budgets.tape
    let weights = tape.allocate(shape.count)
    let outcomes = DatedOutcomes<ConstrainedRiskBudgetSolution>(dates: shape[0])
    tape.run(
      ConstrainedForward(
        solver: solver, constraints: constraints, count: shape[1],
        covariances: covariances.values, budgets: budgets.values,
        previousWeights: previousWeights?.values, weights: weights, outcomes: outcomes),
      shards: shape[0])
    let solutions = try outcomes.solutions()
    let inputs = [covariances, budgets] + (previousWeights.map { [$0] } ?? [])
    let result = tape.record(
      "ConstrainedRiskBudget", inputs, output: weights, shape: shape
    ) { context in
      context.tape.run(
        ConstrainedBackward(
          solutions: solutions, count: context.outputShape[1], seed: context.seed,
          covariances: context.cotangent(0), budgets: context.cotangent(1),
          previousWeights: context.inputCount > 2 ? context.cotangent(2) : nil),
        shards: solutions.count)
    }
    return (result, solutions.map(\.diagnostics))
  }
}
