internal import Finance

/// The risk that is shared out, by `train allocate` and by models.
enum AllocationRisk: String, CaseIterable {
  case volatility
  case cvar
  case cdar
  case evar
  case edar
  case semiDeviation = "semi-deviation"
  case meanAbsoluteDeviation = "mad"

  /// Whether it has a tail, whose size `--confidence` sets.
  var hasConfidence: Bool {
    switch self {
    case .cvar, .cdar, .evar, .edar: true
    case .volatility, .semiDeviation, .meanAbsoluteDeviation: false
    }
  }

  /// Those with a tail, for messages.
  static var withConfidence: String {
    allCases.filter(\.hasConfidence).map(\.rawValue).joined(separator: ", ")
  }

  /// What is wrong with a confidence for a number of scenarios: the entropic measures need a tail of
  /// more than one of them.
  func fault(confidence: Double, scenarios: Int) -> String? {
    let most = ScenarioMeasure.scenariosWithoutTail(confidence: confidence)
    guard self == .evar || self == .edar, scenarios <= most else { return nil }
    return "\(rawValue) at confidence \(confidence) needs more than \(most) rows of returns, "
      + "but there are \(scenarios)"
  }

  /// The measure over scenarios; `nil` for the volatility, which a covariance tells.
  func measure(confidence: Double) -> ScenarioRiskBudgetSolver.Measure? {
    switch self {
    case .volatility: nil
    case .cvar: .cvar(confidence: confidence)
    case .cdar: .cdar(confidence: confidence)
    case .evar: .evar(confidence: confidence)
    case .edar: .edar(confidence: confidence)
    case .semiDeviation: .semiDeviation
    case .meanAbsoluteDeviation: .meanAbsoluteDeviation
    }
  }
}
