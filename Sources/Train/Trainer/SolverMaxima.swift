internal import Finance

/// The hardest that the risk-budgeting solver found some dates; zeros where it was not used.
struct SolverMaxima: Sendable, Hashable {
  /// Newton steps, the last relative step, the error of a risk share, the condition of the gradient's
  /// system and the bounds met without being needed, each the largest of its own.
  private(set) var values: [Double]

  static let names = [
    "solverIterations", "solverDecrement", "solverResidual", "solverCondition",
    "solverWeaklyActiveBounds",
  ]

  /// Of no date.
  init() { values = Self.names.map { _ in 0 } }

  /// In the order of the names.
  init(values: [Double]) { self.values = values }

  init(_ diagnostics: [RiskBudgetDiagnostics]) {
    self.init()
    for date in diagnostics { add(date.values) }
  }

  /// Takes in others.
  mutating func add(_ other: Self) { add(other.values) }

  private mutating func add(_ others: [Double]) {
    for (k, value) in others.enumerated() { values[k] = max(values[k], value) }
  }
}

extension RiskBudgetDiagnostics {
  /// The numbers in the order of ``DecisionDetail/solver``.
  var values: [Double] {
    [Double(iterations), decrement, residual, condition, Double(weaklyActiveBounds)]
  }
}
