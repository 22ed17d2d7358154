public import Autodiff
public import Layers
import TestSupport
import Testing

/// Scales every state by a gate of its own: `y = x ⊙ σ(x W + b)`.
///
/// - Shapes: `[…, width]` → the same.
/// - Parameters `weight` and `bias` of the gate, both zero at the start: every gate half open.
public struct SelfGate: Layer {
  private let map: Linear

  /// A gate over states of a width.
  public init(width: Int, in builder: inout ParameterBuilder) {
    map = Linear(inputs: width, outputs: width, zeroStart: true, in: &builder)
  }

  /// The scaled states.
  public func callAsFunction(_ input: Variable, in pass: inout Pass) -> Variable {
    input * map(input, in: &pass).sigmoid()
  }
}

/// The layer of Docs/Recipes/layer.md, defined with the public interface alone.
@Suite struct ForeignLayerTests {
  @Test func everyGateStartsHalfOpen() {
    let (layer, parameters) = build { SelfGate(width: 3, in: &$0) }
    #expect(parameters.entries.map(\.name) == ["net.weight", "net.bias"])
    let x = randomTensor([4, 3], seed: 1)
    let y = parameterGradient(parameters) { tape, pass in
      layer(tape.constant(x), in: &pass)
    }.value
    #expect(y.elements == x.elements.map { $0 / 2 })
  }

  @Test func gradientsMatchDifferences() {
    let (layer, parameters) = build { SelfGate(width: 3, in: &$0) }
    expectParameterGradients(moved(parameters)) { tape, pass in
      layer(tape.constant(randomTensor([4, 3], seed: 1)), in: &pass)
    }
    expectGradients(of: [randomTensor([2, 3], seed: 2)]) { inputs in
      var pass = Pass(tape: inputs[0].tape, parameters: moved(parameters), mode: .evaluation)
      return layer(inputs[0], in: &pass)
    }
  }

  /// Written another way.
  @Test func valuesAreThoseOfTheFormula() {
    let (layer, start) = build { SelfGate(width: 1, in: &$0) }
    let parameters = moved(start)
    let (w, b) = (Double(parameters.values[0]), Double(parameters.values[1]))
    let y = parameterGradient(parameters) { tape, pass in
      layer(tape.constant(Tensor([2], shape: [1, 1])), in: &pass)
    }.value
    let expected = 2 / (1 + 1 / Exponential.value(2 * w + b))
    #expect(abs(Double(y.elements[0]) - expected) < 1e-5)
  }

  /// `eˣ` by its series: no library that the layer uses too.
  private enum Exponential {
    static func value(_ x: Double) -> Double {
      var (sum, term) = (1.0, 1.0)
      for k in 1..<40 {
        term *= x / Double(k)
        sum += term
      }
      return sum
    }
  }
}
