internal import Kernels
internal import KernelInterface

/// A gated recurrent unit over a whole sequence, as one operation.
///
/// With the reset gate r, the update gate z and the candidate n in the columns of the weights, from
/// a zero state: `(r, z, n) = x_t Wx + b`, `(r', z', n') = h_{t−1} Wh + (0, 0, c)`,
/// `r_t = σ(r + r')`, `z_t = σ(z + z')`, `n_t = tanh(n + r_t ⊙ n')`,
/// `h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t−1}`.
///
/// The reset gate acts after the product with Wh, so that one product serves all gates; that is also
/// what cuDNN and PyTorch compute.
///
/// **Windows.** With `steps` below the sequence's length G, the network runs over every window of
/// `steps` consecutive positions, D = G − steps + 1 of them, each from a zero state, exactly as
/// ``lstm(_:inputWeight:stateWeight:bias:steps:returning:)`` does. With an initial state, there is
/// one window: `steps == G`; the state at its end is the last row of the result, so that two calls
/// that hand it on equal one call over both parts.
///
/// - Shapes: `input` `[G, B, I]`; `inputWeight` `[I, 3H]`; `stateWeight` `[H, 3H]`; `bias` `[3H]`;
///   `stateBias` `[H]`, the c above; `initial` `[B, H]`; result `[D, B, H]` for `.last`;
///   `[steps, D·B, H]` for `.all`, windows outermost in a row.
///
/// VJP: backpropagation through time. Rows fall into shards of fixed size for threads; sums over
/// steps and shards have a fixed order, so that the bits do not depend on the number of threads.
///
/// - Source: Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk & Bengio (2014), *Learning
///   Phrase Representations using RNN Encoder–Decoder*, in the form of its first version.
public func gru(
  _ input: Variable, inputWeight: Variable, stateWeight: Variable, bias: Variable,
  stateBias: Variable, initial: Variable? = nil, steps: Int, returning output: LSTMOutput = .last
) -> Variable {
  let plan = GRUPlan(
    input.shape, inputWeight.shape, stateWeight.shape, bias.shape, stateBias.shape,
    initial: initial?.shape, steps: steps, output: output)
  let tape = input.tape
  var operands = [input, inputWeight, stateWeight, bias, stateBias]
  if let initial { operands.append(initial) }
  let keeps = operands.contains { $0.needsGradient }
  let result = tape.allocate(plan.resultShape.count)
  let state = keeps ? tape.allocate(plan.shardCount(rows: plan.rows)) : nil
  tape.withScratch {
    plan.forward($0, operands.map(\.values), into: result, saving: state)
  }
  return tape.record(
    "gru", operands, output: result, shape: plan.resultShape, saving: (plan, state)
  ) { context in
    let (plan, state) = context.saved(as: (GRUPlan, UnsafeMutablePointer<Scalar>?).self)
    guard let state else { return }
    context.tape.withScratch { plan.backward($0, context, state: state) }
  }
}
