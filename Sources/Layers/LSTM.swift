public import Autodiff

/// A long short-term memory network over windows of a sequence: `lstm` with its parameters.
///
/// - Shapes: input `[G, B, inputs]`; output `[G − steps + 1, B, hidden]`, the state at the end of
///   every window of `steps` positions.
/// - Parameters named `inputWeight` `[inputs, 4·hidden]`, `stateWeight` `[hidden, 4·hidden]`,
///   `bias` `[4·hidden]`, gate order i, f, o, g.
/// - Source: Hochreiter & Schmidhuber (1997); the forget gate's bias starts at 1 (Gers,
///   Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015).
public struct LSTM: RecurrentLayer {
  /// `[inputs, 4·hidden]`.
  public let inputWeight: ParameterID
  /// `[hidden, 4·hidden]`.
  public let stateWeight: ParameterID
  /// `[4·hidden]`.
  public let bias: ParameterID
  /// The number of positions in a window.
  public let steps: Int

  /// Weights start uniform in ±1/√hidden.
  public init(inputs: Int, hidden: Int, steps: Int, in builder: inout ParameterBuilder) {
    check(
      inputs > 0 && hidden > 0 && steps > 0, "LSTM: sizes \(inputs) → \(hidden), \(steps) steps")
    let bound = 1 / Double(hidden).squareRoot()
    inputWeight = builder.uniform("inputWeight", Shape(inputs, 4 * hidden), bound: bound)
    stateWeight = builder.uniform("stateWeight", Shape(hidden, 4 * hidden), bound: bound)
    var start = [Scalar](repeating: 0, count: 4 * hidden)
    for j in hidden..<2 * hidden { start[j] = 1 }
    bias = builder.parameter("bias", Tensor(start))
    self.steps = steps
  }

  /// The states of every window.
  public func callAsFunction(
    _ input: Variable, returning output: LSTMOutput, in pass: inout Pass
  ) -> Variable {
    lstm(
      input, inputWeight: pass(inputWeight), stateWeight: pass(stateWeight), bias: pass(bias),
      steps: steps, returning: output)
  }

  /// One run over the whole input.
  public func callAsFunction(
    _ input: Variable, from state: LSTMState?, returning output: LSTMOutput, in pass: inout Pass
  ) -> (output: Variable, state: LSTMState) {
    lstm(
      input, inputWeight: pass(inputWeight), stateWeight: pass(stateWeight), bias: pass(bias),
      initial: state, returning: output)
  }
}
