import Autodiff
import TestSupport
import Testing

/// Records an issue where a fused operation and its composed version differ in value or gradients.
func expectEqual(
  _ inputs: [Tensor], _ fused: ([Variable]) -> Variable, _ composed: ([Variable]) -> Variable
) {
  let (fast, slow) = (Tape(), Tape())
  let (fastInputs, slowInputs) = (
    inputs.map { fast.variable($0) }, inputs.map { slow.variable($0) }
  )
  let (value, reference) = (fused(fastInputs), composed(slowInputs))
  #expect(value.shape == reference.shape)
  let tolerance = 400 * Scalar.ulpOfOne
  for (a, b) in zip(value.tensor.elements, reference.tensor.elements) {
    #expect((a - b).magnitude <= tolerance * max(1, b.magnitude))
  }
  let cotangent = randomTensor(value.shape, seed: 77)
  fast.backward(from: value, cotangent: cotangent)
  slow.backward(from: reference, cotangent: cotangent)
  for (a, b) in zip(fastInputs, slowInputs) {
    let (gradient, expected) = (fast.gradient(of: a).elements, slow.gradient(of: b).elements)
    let scale = expected.reduce(1) { max($0, $1.magnitude) }
    for (g, e) in zip(gradient, expected) { #expect((g - e).magnitude <= tolerance * scale) }
  }
}
