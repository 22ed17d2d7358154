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

  /// Parameters whose logits z are calibrated, `a z + b`: an affine map of the logits is one of the
  /// head's own parameters.
  public func calibrated(
    _ parameters: Parameters, slope a: Double, offset b: Double
  ) -> Parameters {
    var parameters = parameters
    for id in [weight, bias] {
      var tensor = parameters[id]
      for k in tensor.elements.indices { tensor.elements[k] *= Scalar(a) }
      parameters[id] = tensor
    }
    var tensor = parameters[bias]
    tensor.elements[0] += Scalar(b)
    parameters[bias] = tensor
    return parameters
  }

  /// The logits.
  public func callAsFunction(_ states: Variable, in pass: inout Pass) -> Variable {
    (matmul(states, pass(weight)) + pass(bias))
      .reshaped(to: states.shape.prefix(states.shape.rank - 1))
  }
}
