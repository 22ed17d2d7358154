internal import Kernels
internal import KernelInterface

/// The weights of a gated residual network, on the tape.
///
/// I inputs, C context inputs, H hidden units, O outputs.
public struct GatedResidualWeights {
  /// W₂ `[I, H]`.
  public var input: Variable
  /// W₃ `[C, H]`; present exactly when there is a context.
  public var context: Variable?
  /// b₂ `[H]`.
  public var inputBias: Variable
  /// W₁ `[H, H]`.
  public var hidden: Variable
  /// b₁ `[H]`.
  public var hiddenBias: Variable
  /// W₄ and W₅ side by side, `[H, 2O]`: the gate's columns, then the value's.
  public var gate: Variable
  /// b₄ and b₅, `[2O]`.
  public var gateBias: Variable
  /// The map `[I, O]` of the skip connection; `nil`, with I = O, for the identity.
  public var skip: Variable?
  /// The gain `[O]` of the layer normalisation.
  public var gain: Variable
  /// The bias `[O]` of the layer normalisation.
  public var bias: Variable

  /// Weights of the given parts.
  public init(
    input: Variable, context: Variable? = nil, inputBias: Variable, hidden: Variable,
    hiddenBias: Variable, gate: Variable, gateBias: Variable, skip: Variable? = nil,
    gain: Variable, bias: Variable
  ) {
    self.input = input
    self.context = context
    self.inputBias = inputBias
    self.hidden = hidden
    self.hiddenBias = hiddenBias
    self.gate = gate
    self.gateBias = gateBias
    self.skip = skip
    self.gain = gain
    self.bias = bias
  }
}

/// A gated residual network, as one operation.
///
/// `η₂ = ELU(a W₂ + c W₃ + b₂)`, `η₁ = η₂ W₁ + b₁`,
/// `y = LayerNorm(skip(a) + σ(η₁ W₄ + b₄) ⊙ (η₁ W₅ + b₅))`.
///
/// - Shapes: `input` `[…, I]`; `context` `[…, C]`, whose leading axes broadcast to the input's (its
///   product is computed once per row of its own); result `[…, O]`.
///
/// VJP: backpropagation; what is kept are η₂, η₁, the gate, its value and the normalised rows.
///
/// - Source: Lim, Arık, Loeff & Pfister (2021), *Temporal Fusion Transformers*, eq. 2–5.
public func gatedResidual(
  _ input: Variable, context: Variable? = nil, weights: GatedResidualWeights,
  epsilon: Scalar = 1e-5
) -> Variable {
  let plan = GatedResidualPlan(input.shape, context?.shape, weights)
  let tape = input.tape
  let state = GatedResidualState(plan, tape)
  let output = tape.allocate(plan.rows * plan.outputs)
  tape.withScratch { tape in
    plan.forward(tape, input, context, weights, state, epsilon, into: output)
  }
  var operands = [
    input, weights.input, weights.inputBias, weights.hidden, weights.hiddenBias, weights.gate,
    weights.gateBias, weights.gain, weights.bias,
  ]
  if let skip = weights.skip { operands.append(skip) }
  if let context, let weight = weights.context { operands += [context, weight] }
  return tape.record(
    "gatedResidual", operands, output: output,
    shape: input.shape.replacing(axis: input.shape.rank - 1, with: plan.outputs),
    saving: (plan, state)
  ) { context in
    let (plan, state) = context.saved(as: (GatedResidualPlan, GatedResidualState).self)
    context.tape.withScratch { plan.backward($0, context, state) }
  }
}
