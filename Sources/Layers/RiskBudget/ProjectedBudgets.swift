public import Autodiff
public import Finance

/// The nearest risk budgets within bounds of assets and groups, for a block of dates at once.
///
/// Date by date Finance's `BudgetProjection`: caps and floors that hold exactly, where
/// ``BoundedBudgets`` only approaches them. Where a bound holds, the budget gets no gradient.
///
/// - Shapes: budgets `[D, N]` → budgets `[D, N]`.
/// - VJP: `z̄_F += b̄_F − A_RFᵀ (A_RF A_RFᵀ)⁻¹ A_RF b̄_F` over the assets F that no bound holds, with
///   the active rows R (the sum and groups).
public struct ProjectedBudgets: Layer {
  /// The projection of one date.
  public let projection: BudgetProjection

  /// A layer without parameters.
  public init(constraints: WeightConstraints) {
    projection = BudgetProjection(constraints: constraints)
  }

  /// The nearest budgets of a block.
  ///
  /// Throws a ``DatedError`` around a `BudgetProjectionError`.
  public func callAsFunction(_ budgets: Variable, in pass: inout Pass) throws -> Variable {
    try project(budgets).budgets
  }

  /// The nearest budgets of a block, and on each date the bounds that are met without being needed,
  /// where the gradient is one-sided.
  ///
  /// Throws as ``callAsFunction(_:in:)`` does.
  public func project(
    _ budgets: Variable
  ) throws -> (budgets: Variable, weaklyActiveBounds: [Int]) {
    let (shape, n) = (budgets.shape, projection.constraints.count)
    check(shape.rank == 2 && shape[1] == n, "ProjectedBudgets: budgets \(shape) for \(n) assets")
    let tape = budgets.tape
    let (values, result) = (budgets.values, tape.allocate(shape.count))
    var solutions: [BudgetProjectionSolution] = []
    for date in 0..<shape[0] {
      do {
        let solution = try projection.project((0..<n).map { Double(values[date * n + $0]) })
        for i in 0..<n { result[date * n + i] = Scalar(solution.budgets[i]) }
        solutions.append(solution)
      } catch { throw DatedError(date: date, underlying: error) }
    }
    let solved = solutions
    let nearest = tape.record("ProjectedBudgets", budgets, output: result, shape: shape) {
      context in
      guard let target = context.cotangent(0) else { return }
      let (n, seed) = (context.outputShape[1], context.seed)
      for (date, solution) in solved.enumerated() {
        let gradient = solution.gradient(cotangent: (0..<n).map { Double(seed[date * n + $0]) })
        for i in 0..<n { target[date * n + i] += Scalar(gradient.budgets[i]) }
      }
    }
    return (nearest, solved.map(\.weaklyActiveBounds))
  }
}
