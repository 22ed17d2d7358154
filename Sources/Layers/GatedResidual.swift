public import Autodiff

/// A gated residual network: `gatedResidual` with its parameters.
///
/// `η₂ = ELU(a W₂ + c W₃ + b₂)`, `η₁ = η₂ W₁ + b₁`,
/// `y = LayerNorm(skip(a) + σ(η₁ W₄ + b₄) ⊙ (η₁ W₅ + b₅))`.
///
/// - Shapes: input `[…, inputs]`, context `[…, contextInputs]` whose leading axes broadcast to the
///   input's; output `[…, outputs]`.
/// - Parameters named `inputWeight`, `inputBias`, `hiddenWeight`, `hiddenBias`, `gateWeight`,
///   `gateBias`, `gain`, `bias`, with a context `contextWeight`, and `skipWeight` where inputs and
///   outputs differ in number. A `gateWeight` has the gate's columns first, then the value's.
/// - Source: Lim, Arık, Loeff & Pfister (2021), *Temporal Fusion Transformers*, eq. 2–5.
public struct GatedResidual: Layer {
  /// What the network reads.
  public struct Input {
    /// `[…, inputs]`.
    public var values: Variable
    /// `[…, contextInputs]`; present exactly when the layer was made with a context.
    public var context: Variable?

    /// Values, with a context if the layer has one.
    public init(_ values: Variable, context: Variable? = nil) {
      self.values = values
      self.context = context
    }
  }

  private let inputWeight, inputBias, hiddenWeight, hiddenBias: ParameterID
  private let gateWeight, gateBias, gain, bias: ParameterID
  private let contextWeight, skipWeight: ParameterID?

  /// Matrices start Glorot uniform, biases zero, the layer normalisation as the identity.
  public init(
    inputs: Int, hidden: Int, outputs: Int, contextInputs: Int? = nil,
    in builder: inout ParameterBuilder
  ) {
    check(
      inputs > 0 && hidden > 0 && outputs > 0 && contextInputs ?? 1 > 0,
      "GatedResidual: sizes \(inputs) → \(hidden) → \(outputs), context \(contextInputs ?? 0)")
    inputWeight = builder.glorot("inputWeight", inputs, hidden)
    inputBias = builder.zeros("inputBias", Shape(hidden))
    hiddenWeight = builder.glorot("hiddenWeight", hidden, hidden)
    hiddenBias = builder.zeros("hiddenBias", Shape(hidden))
    gateWeight = builder.glorot("gateWeight", hidden, 2 * outputs)
    gateBias = builder.zeros("gateBias", Shape(2 * outputs))
    gain = builder.parameter("gain", Tensor(repeating: 1, shape: Shape(outputs)))
    bias = builder.zeros("bias", Shape(outputs))
    contextWeight = contextInputs.map { builder.glorot("contextWeight", $0, hidden) }
    skipWeight = inputs == outputs ? nil : builder.glorot("skipWeight", inputs, outputs)
  }

  /// Applies the network to every row.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Variable {
    gatedResidual(
      input.values, context: input.context,
      weights: GatedResidualWeights(
        input: pass(inputWeight), context: contextWeight.map { pass($0) },
        inputBias: pass(inputBias), hidden: pass(hiddenWeight), hiddenBias: pass(hiddenBias),
        gate: pass(gateWeight), gateBias: pass(gateBias), skip: skipWeight.map { pass($0) },
        gain: pass(gain), bias: pass(bias)))
  }

  /// Applies the network, which has no context, to every row.
  public func callAsFunction(_ values: Variable, in pass: inout Pass) -> Variable {
    callAsFunction(Input(values), in: &pass)
  }
}
