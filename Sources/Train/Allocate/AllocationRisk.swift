internal import Finance

/// The risk that `train allocate` shares out.
enum AllocationRisk: String, CaseIterable {
  case volatility
  case cvar
  case cdar
  case evar
  case semiDeviation = "semi-deviation"
  case meanAbsoluteDeviation = "mad"

  /// Whether it has a tail, whose size `--confidence` sets.
  var hasConfidence: Bool { self == .cvar || self == .cdar || self == .evar }

  /// The measure over scenarios; `nil` for the volatility, which a covariance tells.
  func measure(confidence: Double) -> ScenarioRiskBudgetSolver.Measure? {
    switch self {
    case .volatility: nil
    case .cvar: .cvar(confidence: confidence)
    case .cdar: .cdar(confidence: confidence)
    case .evar: .evar(confidence: confidence)
    case .semiDeviation: .semiDeviation
    case .meanAbsoluteDeviation: .meanAbsoluteDeviation
    }
  }
}
