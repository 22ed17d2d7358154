public import Autodiff

/// An affine map of the last axis: `y = x W + b`.
///
/// - Shapes: input `[…, inputs]`, output `[…, outputs]`.
public struct Linear: Layer {
  /// `[inputs, outputs]`.
  public let weight: ParameterID
  /// `[outputs]`.
  public let bias: ParameterID

  /// Parameters `weight` (Glorot uniform, or zero with `zeroStart`) and `bias` (zero).
  ///
  /// A head that starts at zero makes training start from what the rest of the model does without
  /// it.
  public init(
    inputs: Int, outputs: Int, zeroStart: Bool = false, in builder: inout ParameterBuilder
  ) {
    check(inputs > 0 && outputs > 0, "Linear: sizes \(inputs) → \(outputs)")
    weight =
      zeroStart
      ? builder.zeros("weight", Shape(inputs, outputs))
      : builder.glorot("weight", inputs, outputs)
    bias = builder.zeros("bias", Shape(outputs))
  }

  /// Applies the map.
  public func callAsFunction(_ input: Variable, in pass: inout Pass) -> Variable {
    matmul(input, pass(weight)) + pass(bias)
  }
}
