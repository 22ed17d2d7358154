public import Autodiff

/// Layer normalisation of the last axis: `layerNorm` with its parameters.
///
/// - Shapes: input and output `[…, size]`.
/// - Parameters named `gain` (starts at one) and `bias` (zero), `[size]`.
/// - Source: Ba, Kiros & Hinton (2016), *Layer Normalization*.
public struct LayerNorm: Layer {
  /// `[size]`.
  public let gain: ParameterID
  /// `[size]`.
  public let bias: ParameterID

  /// Starts as the plain normalisation.
  public init(size: Int, in builder: inout ParameterBuilder) {
    check(size > 0, "LayerNorm: size \(size)")
    gain = builder.parameter("gain", Tensor(repeating: 1, shape: Shape(size)))
    bias = builder.zeros("bias", Shape(size))
  }

  /// Normalises every row.
  public func callAsFunction(_ input: Variable, in pass: inout Pass) -> Variable {
    layerNorm(input, gain: pass(gain), bias: pass(bias))
  }
}
