internal import Autodiff
internal import Finance
internal import Layers

/// The gate block of a policy: which assets are left out, and where their share goes.
struct GateBlock: Sendable {
  let destination: GateSettings.Destination
  /// Nil for the fixed rule, whose gates are inputs.
  private let gate: StochasticGate?

  /// A gate over states of a width; the rule has no parameters.
  init(_ settings: GateSettings, width: Int, in builder: inout ParameterBuilder) {
    destination = settings.to
    gate =
      settings.kind == .rule
      ? nil
      : StochasticGate(width: width, noise: settings.noise, start: settings.start, in: &builder)
  }

  /// The gates `[D, N]`: 1 open, 0 shut, in training anything between.
  func callAsFunction(
    _ inputs: DecisionInputs, states: Variable?, in pass: inout Pass
  ) -> Variable {
    if let gate {
      guard let states else { fatalError("GateBlock: no states") }
      return gate(states, in: &pass)
    }
    guard let gates = inputs.ruleGates else { fatalError("GateBlock: no rule") }
    return gates
  }
}
