import Autodiff
import Testing

/// The Huber loss of a prediction, element by element: with `d = x − t`,
/// `y = ½ d²` where `|d| ≤ δ`, else `δ (|d| − ½ δ)`.
///
/// - Shapes: `prediction`, `target` and the result are equal.
///
/// VJP: `x̄ += ȳ ⊙ s`, `t̄ −= ȳ ⊙ s` with the slope `s = d` clipped to ±δ.
func huber(_ prediction: Variable, _ target: Variable, threshold: Scalar) -> Variable {
  check(
    prediction.shape == target.shape && threshold > 0,
    "huber: prediction \(prediction.shape), target \(target.shape), threshold \(threshold)")
  let (tape, count) = (prediction.tape, prediction.shape.count)
  let (x, t) = (prediction.values, target.values)
  let (y, slopes) = (tape.allocate(count), tape.allocate(count))
  for i in 0..<count {
    let d = x[i] - t[i]
    let slope = min(max(d, -threshold), threshold)
    slopes[i] = slope
    y[i] = slope * (d - slope / 2)
  }
  return tape.record(
    "huber", prediction, target, output: y, shape: prediction.shape, saving: slopes
  ) { context in
    let slopes = context.saved(as: UnsafeMutablePointer<Scalar>.self)
    let (ȳ, count) = (context.seed, context.outputCount)
    if let x̄ = context.cotangent(0) {
      for i in 0..<count { x̄[i] += ȳ[i] * slopes[i] }
    }
    if let t̄ = context.cotangent(1) {
      for i in 0..<count { t̄[i] -= ȳ[i] * slopes[i] }
    }
  }
}

/// The operation of Docs/Recipes/operation.md, defined with the public interface alone.
@Suite struct ForeignOperationTests {
  private static let cases: [[Tensor]] = [
    [Tensor([0.5, -3, 2, 0.25]), Tensor([0.25, 1, -2, 0.75])],
    [Tensor([2, -1, 0.5, 4, 0, -2], shape: [2, 3]), Tensor(repeating: 0.2, shape: [2, 3])],
    [Tensor([0.3], shape: [1, 1]), Tensor([0.1], shape: [1, 1])],
    [Tensor([], shape: [0, 3]), Tensor([], shape: [0, 3])],
  ]

  @Test("VJP matches central differences", arguments: cases)
  func vjpMatchesCentralDifferences(_ inputs: [Tensor]) {
    let (prediction, target) = (inputs[0], inputs[1])
    let check = GradientCheck(of: [prediction, target]) { huber($0[0], $0[1], threshold: 1) }
    #expect(check.mismatches.isEmpty, "\(check.mismatches)")
    #expect(check.count == inputs.reduce(0) { $0 + $1.elements.count })
  }

  @Test func valuesAreThoseOfTheFormula() {
    let tape = Tape()
    let loss = huber(
      tape.constant(Tensor([0.5, -4])), tape.constant(Tensor([0, 0])), threshold: 2)
    #expect(loss.tensor.elements == [0.125, 6])
    #expect(tape.operationCount == 0)
  }

  @Test func theSameVariableTwiceHasNoGradient() {
    let tape = Tape()
    let x = tape.variable(Tensor([1, 5]))
    tape.backward(from: huber(x, x, threshold: 1).sum())
    #expect(tape.gradient(of: x).elements == [0, 0])
  }

  /// Composition with the module's own operations, through shared intermediate values.
  @Test func itComposes() {
    let check = GradientCheck(of: [Tensor([0.4, 1.2, -0.7])]) {
      let prediction = $0[0].tanh()
      return (huber(prediction, $0[0] * 3, threshold: 0.5) * prediction).sum()
    }
    #expect(check.mismatches.isEmpty, "\(check.mismatches)")
  }
}
