public import Autodiff
public import Testing

/// Records an issue where a fused operation and its composed version differ in value or gradients.
public func expectEqual(
  _ inputs: [Tensor], sourceLocation: SourceLocation = #_sourceLocation,
  _ fused: ([Variable]) throws -> Variable, _ composed: ([Variable]) throws -> Variable
) rethrows {
  let (fast, slow) = (Tape(), Tape())
  let (fastInputs, slowInputs) = (
    inputs.map { fast.variable($0) }, inputs.map { slow.variable($0) }
  )
  let (value, reference) = (try fused(fastInputs), try composed(slowInputs))
  #expect(value.shape == reference.shape, sourceLocation: sourceLocation)
  let tolerance = 400 * Scalar.ulpOfOne
  for (a, b) in zip(value.tensor.elements, reference.tensor.elements) {
    #expect((a - b).magnitude <= tolerance * max(1, b.magnitude), sourceLocation: sourceLocation)
  }
  let cotangent = randomTensor(value.shape, seed: 77)
  fast.backward(from: value, cotangent: cotangent)
  slow.backward(from: reference, cotangent: cotangent)
  for (a, b) in zip(fastInputs, slowInputs) {
    let (gradient, expected) = (fast.gradient(of: a).elements, slow.gradient(of: b).elements)
    let scale = expected.reduce(1) { max($0, $1.magnitude) }
    for (g, e) in zip(gradient, expected) {
      #expect((g - e).magnitude <= tolerance * scale, sourceLocation: sourceLocation)
    }
  }
}
