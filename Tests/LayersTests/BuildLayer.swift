import Autodiff
import TestSupport
import Testing

/// A layer in a scope `net`, with the parameters of a seed.
func build<L>(
  _ seed: UInt64 = 1, _ make: (inout ParameterBuilder) throws -> L
) rethrows -> (layer: L, parameters: Parameters) {
  var builder = ParameterBuilder(generator: SplitMix64(seed: seed))
  let layer = try builder.scope("net") { try make(&$0) }
  return (layer, builder.parameters)
}

/// Parameters with every element moved, so that nothing is zero by its start.
func moved(_ parameters: Parameters, seed: UInt64 = 9, scale: Double = 0.3) -> Parameters {
  var parameters = parameters
  let shift = randomTensor([parameters.values.count], seed: seed, scale: scale).elements
  parameters.values = zip(parameters.values, shift).map { $0 + $1 }
  return parameters
}

/// The gradient of `Σ (c ⊙ output)` with respect to all parameters, with random c.
func parameterGradient(
  _ parameters: Parameters, mode: Mode = .evaluation, threads: ThreadPool? = nil,
  _ output: (Tape, inout Pass) throws -> Variable
) rethrows -> (value: Tensor, gradient: [Scalar]) {
  let tape = Tape(threads: threads)
  var pass = Pass(tape: tape, parameters: parameters, mode: mode)
  let value = try output(tape, &pass)
  tape.backward(from: value, cotangent: randomTensor(value.shape, seed: 77))
  var gradient = [Scalar](repeating: 0, count: parameters.values.count)
  pass.copyGradients(into: &gradient)
  return (value.tensor, gradient)
}

/// Records an issue for the worst parameter whose derivative of `Σ (c ⊙ output)` differs from its
/// central difference.
func expectParameterGradients(
  _ parameters: Parameters, mode: Mode = .evaluation,
  tolerance: GradientCheck.Tolerance = .standard,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ output: (Tape, inout Pass) throws -> Variable
) rethrows {
  let gradient = try parameterGradient(parameters, mode: mode, output).gradient
  let tape = Tape()
  let start = tape.mark
  func value(_ parameters: Parameters) throws -> Double {
    defer { tape.rewind(to: start) }
    var pass = Pass(tape: tape, parameters: parameters, mode: mode, needsGradient: false)
    let value = try output(tape, &pass)
    let cotangent = randomTensor(value.shape, seed: 77)
    return zip(cotangent.elements, value.tensor.elements)
      .reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
  let cubeRoot = MemoryLayout<Scalar>.size == 8 ? 6.0554544523933395e-06 : 4.921566e-3
  var worst: (excess: Double, text: String) = (1, "")
  for (i, x) in parameters.values.enumerated() {
    let step = Scalar(cubeRoot) * max(1, abs(x))
    var moved = parameters
    moved.update { $0[i] = x + step }
    let upper = try value(moved)
    moved.update { $0[i] = x - step }
    let numeric = (upper - (try value(moved))) / Double((x + step) - (x - step))
    let analytic = Double(gradient[i])
    let allowed = tolerance.absolute + tolerance.relative * max(abs(analytic), abs(numeric))
    let difference = abs(analytic - numeric)
    let excess = difference.isNaN ? .infinity : difference / allowed
    if excess > worst.excess {
      worst = (
        excess,
        "\(parameters.name(at: i) ?? "?"): by the tape \(analytic), by differences \(numeric)"
      )
    }
  }
  if worst.excess > 1 { Issue.record("\(worst.text)", sourceLocation: sourceLocation) }
}
