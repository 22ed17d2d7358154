public import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Logits of the probability that an asset falls by more than a threshold from its peak within the
/// next rows: `logit P = w·h_i + b`.
///
/// Trained with `CrossEntropyLoss` against `DrawdownEvents`, calibrated by `LogisticCalibration` and
/// judged by a `ReliabilityTable` (all in Finance).
///
/// - Shapes: states `[…, width]`; logits `[…]`. The probability is their `sigmoid()`.
public struct DrawdownHead: Layer {
  private let weight, bias: ParameterID

  /// A head that starts at the logit of `baseRate`, the share of events in the training data.
  public init(width: Int, baseRate: Double, in builder: inout ParameterBuilder) {
    check(baseRate > 0 && baseRate < 1, "DrawdownHead: base rate \(baseRate)")
    weight = builder.zeros("weight", Shape(width, 1))
    bias = builder.parameter("bias", Tensor([Scalar(log(baseRate / (1 - baseRate)))], shape: [1]))
  }

  /// The logits.
  public func callAsFunction(_ states: Variable, in pass: inout Pass) -> Variable {
    (matmul(states, pass(weight)) + pass(bias))
      .reshaped(to: states.shape.prefix(states.shape.rank - 1))
  }
}
