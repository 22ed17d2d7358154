public import Autodiff

/// A network that carries a state through a sequence; a ``RecurrentStack`` puts several on top of
/// each other.
public protocol RecurrentLayer: Layer where Input == Variable, Output == Variable {
  /// What is handed on from step to step.
  associatedtype State

  /// Creates the parameters of a layer over windows of `steps` positions.
  init(inputs: Int, hidden: Int, steps: Int, in builder: inout ParameterBuilder)

  /// The number of positions in a window.
  var steps: Int { get }

  /// Runs over every window of ``steps`` positions, each from a zero state.
  ///
  /// - Shapes: input `[G, B, inputs]`; with D = G − steps + 1 windows, output `[D, B, hidden]` for
  ///   `.last`, `[steps, D·B, hidden]` for `.all`.
  func callAsFunction(_ input: Variable, returning output: LSTMOutput, in pass: inout Pass)
    -> Variable

  /// Runs once over the whole input, however long, from a given state (`nil` is zero), and gives
  /// the state at its end: two runs that hand it on equal one run over both parts.
  ///
  /// - Shapes: input `[G, B, inputs]`; output `[1, B, hidden]` for `.last`, `[G, B, hidden]` for
  ///   `.all`.
  func callAsFunction(
    _ input: Variable, from state: State?, returning output: LSTMOutput, in pass: inout Pass
  ) -> (output: Variable, state: State)
}

extension RecurrentLayer {
  /// The state at the end of every window.
  ///
  /// - Shapes: input `[G, B, inputs]`, output `[G − steps + 1, B, hidden]`.
  public func callAsFunction(_ input: Variable, in pass: inout Pass) -> Variable {
    self(input, returning: .last, in: &pass)
  }
}
