public import Autodiff

/// A gated recurrent unit over windows of a sequence: `gru` with its parameters.
///
/// - Shapes: input `[G, B, inputs]`; output `[G − steps + 1, B, hidden]`, the state at the end of
///   every window of `steps` positions.
/// - Parameters named `inputWeight` `[inputs, 3·hidden]`, `stateWeight` `[hidden, 3·hidden]`, `bias`
///   `[3·hidden]` and `stateBias` `[hidden]`, gate order r, z, n; the biases start at zero.
/// - Source: Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk & Bengio (2014), *Learning
///   Phrase Representations using RNN Encoder–Decoder*.
public struct GRU: RecurrentLayer {
  /// `[inputs, 3·hidden]`.
  public let inputWeight: ParameterID
  /// `[hidden, 3·hidden]`.
  public let stateWeight: ParameterID
  /// `[3·hidden]`.
  public let bias: ParameterID
  /// `[hidden]`, added to the candidate's recurrent part before the reset gate.
  public let stateBias: ParameterID
  /// The number of positions in a window.
  public let steps: Int

  /// Weights start uniform in ±1/√hidden.
  public init(inputs: Int, hidden: Int, steps: Int, in builder: inout ParameterBuilder) {
    check(
      inputs > 0 && hidden > 0 && steps > 0, "GRU: sizes \(inputs) → \(hidden), \(steps) steps")
    let bound = 1 / Double(hidden).squareRoot()
    inputWeight = builder.uniform("inputWeight", Shape(inputs, 3 * hidden), bound: bound)
    stateWeight = builder.uniform("stateWeight", Shape(hidden, 3 * hidden), bound: bound)
    bias = builder.zeros("bias", Shape(3 * hidden))
    stateBias = builder.zeros("stateBias", Shape(hidden))
    self.steps = steps
  }

  /// The states of every window.
  public func callAsFunction(
    _ input: Variable, returning output: LSTMOutput, in pass: inout Pass
  ) -> Variable {
    run(input, from: nil, steps: steps, output, &pass)
  }

  /// One run over the whole input; the state is h, `[B, hidden]`.
  public func callAsFunction(
    _ input: Variable, from state: Variable?, returning output: LSTMOutput, in pass: inout Pass
  ) -> (output: Variable, state: Variable) {
    check(input.shape.rank == 3, "GRU: input \(input.shape), not [positions, sequences, features]")
    let states = run(input, from: state, steps: input.shape[0], output, &pass)
    return (states, states.slice(at: states.shape[0] - 1, axis: 0))
  }

  private func run(
    _ input: Variable, from state: Variable?, steps: Int, _ output: LSTMOutput, _ pass: inout Pass
  ) -> Variable {
    gru(
      input, inputWeight: pass(inputWeight), stateWeight: pass(stateWeight), bias: pass(bias),
      stateBias: pass(stateBias), initial: state, steps: steps, returning: output)
  }
}
