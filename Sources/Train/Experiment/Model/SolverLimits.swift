internal import Finance

/// How hard the risk-budgeting solver may find a date before an experiment fails on it.
struct SolverLimits: Sendable {
  /// The largest number of Newton steps; nil does not limit them.
  var iterations: Int?
  /// The largest relative change of a holding in the last step.
  var decrement: Double?
  /// The largest error of a risk share.
  var residual: Double?
  /// The largest condition of the system that gradients are computed from.
  var condition: Double?
  /// The largest number of bounds that are met without being needed.
  var weaklyActiveBounds: Int?

  init(_ reader: ConfigReader) {
    iterations = reader.about("Newton steps of a date above which training fails; null: any")
      .optionalInt("iterations", in: 1...100_000)
    decrement = reader.about("relative change in the last step above which training fails")
      .optionalDouble("decrement", in: .above(0))
    residual = reader.about("error of a risk share above which training fails")
      .optionalDouble("residual", in: .above(0))
    condition = reader.about("condition of the gradient's system above which training fails")
      .optionalDouble("condition", in: .above(1))
    weaklyActiveBounds = reader.about(
      "bounds of budgets met without being needed, where gradients are one-sided, above which training fails"
    )
    .optionalInt("weaklyActiveBounds", in: 0...100_000)
  }

  /// Whether anything is limited.
  var isLimiting: Bool {
    iterations != nil || decrement != nil || residual != nil || condition != nil
      || weaklyActiveBounds != nil
  }

  /// The first date beyond a limit, and what is wrong there; nil where all keep them.
  func violation(_ diagnostics: [RiskBudgetDiagnostics]) -> (date: Int, problem: String)? {
    for (date, found) in diagnostics.enumerated() {
      for (key, value, limit) in [
        ("iterations", Double(found.iterations), iterations.map { Double($0) }),
        ("decrement", found.decrement, decrement), ("residual", found.residual, residual),
        ("condition", found.condition, condition),
        (
          "weaklyActiveBounds", Double(found.weaklyActiveBounds),
          weaklyActiveBounds.map { Double($0) }
        ),
      ] {
        guard let limit, value > limit || value.isNaN else { continue }
        return (
          date, "the risk-budgeting solver's \(key) is \(value), above model.solver.\(key) \(limit)"
        )
      }
    }
    return nil
  }
}
