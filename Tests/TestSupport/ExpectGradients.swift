public import Autodiff
public import Testing

/// Records an issue for the worst derivative that differs from its central difference.
public func expectGradients(
  of inputs: [Tensor], seed: UInt64 = 1, tolerance: GradientCheck.Tolerance = .standard,
  _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  function: ([Variable]) throws -> Variable
) rethrows {
  let check = try GradientCheck(
    of: inputs, seed: seed, tolerance: tolerance, function: function)
  if let worst = check.mismatches.first {
    Issue.record(
      "\(comment): \(check.mismatches.count) of \(check.count) derivatives differ; worst: \(worst)",
      sourceLocation: sourceLocation)
  }
}
