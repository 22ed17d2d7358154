import Autodiff
import Layers
import Train

/// One training step of an LSTM: forward, backward, Adam.
///
/// `x [B, 60, 16]` → LSTM(H) → last state → Linear(H, 10), loss = mean squared error against `y`.
struct LSTMStep {
  let batch: Int
  let hidden: Int
  private let tape: Tape
  private let mark: Tape.Mark
  private let x: Variable
  private let y: Variable
  private var parameters: Parameters
  private var gradient: [Scalar]
  private var state: OptimizerState
  private let optimizer: AdamW
  private let ids: [ParameterID]

  private static let (steps, inputs, outputs) = (60, 16, 10)

  init(batch: Int, hidden: Int, threads: ThreadPool? = nil) {
    tape = Tape(threads: threads)
    let (steps, inputs, outputs) = (Self.steps, Self.inputs, Self.outputs)
    self.batch = batch
    self.hidden = hidden
    var data = PeerGenerator(seed: 11)
    let series = data.normals(batch * steps * inputs)
    let target = data.normals(batch * outputs)
    var weights = PeerGenerator(seed: 12)
    let bound = 1 / Double(hidden).squareRoot()
    let inputWeight = weights.symmetric(bound, 4 * hidden * inputs)
    let stateWeight = weights.symmetric(bound, 4 * hidden * hidden)
    let inputBias = weights.symmetric(bound, 4 * hidden)
    let stateBias = weights.symmetric(bound, 4 * hidden)
    let outputWeight = weights.symmetric(bound, outputs * hidden)
    let outputBias = weights.symmetric(bound, outputs)

    /// `[4H, k]` with gates i, f, g, o to `[k, 4H]` with gates i, f, o, g.
    func rearranged(_ matrix: [Double], columns: Int) -> Tensor {
      let gates = [0, 1, 3, 2]
      var result = [Double](repeating: 0, count: matrix.count)
      for (to, from) in gates.enumerated() {
        for j in 0..<hidden {
          for k in 0..<columns {
            result[k * 4 * hidden + to * hidden + j] =
              matrix[(from * hidden + j) * columns + k]
          }
        }
      }
      return Tensor(
        converting: result, shape: columns == 1 ? Shape(4 * hidden) : Shape(columns, 4 * hidden))
    }
    var transposed = [Double](repeating: 0, count: outputs * hidden)
    for o in 0..<outputs {
      for j in 0..<hidden { transposed[j * outputs + o] = outputWeight[o * hidden + j] }
    }

    var builder = ParameterBuilder(generator: SplitMix64(seed: 0))
    ids = [
      builder.parameter("inputWeight", rearranged(inputWeight, columns: inputs)),
      builder.parameter("stateWeight", rearranged(stateWeight, columns: hidden)),
      builder.parameter("inputBias", rearranged(inputBias, columns: 1)),
      builder.parameter("stateBias", rearranged(stateBias, columns: 1)),
      builder.parameter(
        "outputWeight", Tensor(converting: transposed, shape: Shape(hidden, outputs))),
      builder.parameter("outputBias", Tensor(converting: outputBias, shape: Shape(outputs))),
    ]
    parameters = builder.parameters
    let count = parameters.values.count
    gradient = [Scalar](repeating: 0, count: count)
    state = OptimizerState(count: count)
    optimizer = AdamW(
      learningRates: [Scalar](repeating: 1e-3, count: count),
      weightDecays: [Scalar](repeating: 0, count: count))

    // The sequence first, the batch second.
    var timeMajor = [Double](repeating: 0, count: series.count)
    for b in 0..<batch {
      for t in 0..<steps {
        for i in 0..<inputs {
          timeMajor[(t * batch + b) * inputs + i] = series[(b * steps + t) * inputs + i]
        }
      }
    }
    x = tape.constant(Tensor(converting: timeMajor, shape: Shape(steps, batch, inputs)))
    y = tape.constant(Tensor(converting: target, shape: Shape(batch, outputs)))
    mark = tape.mark
  }

  /// The loss before the step.
  mutating func step() -> Double {
    let pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
    let states = lstm(
      x, inputWeight: pass(ids[0]), stateWeight: pass(ids[1]), bias: pass(ids[2]) + pass(ids[3]),
      steps: Self.steps)
    let output = matmul(states.reshaped(to: Shape(batch, hidden)), pass(ids[4])) + pass(ids[5])
    let loss = (output - y).squared().mean()
    let value = Double(loss.item)
    tape.backward(from: loss)
    pass.copyGradients(into: &gradient)
    optimizer.update(&parameters, gradient: gradient, state: &state)
    tape.rewind(to: mark)
    return value
  }
}
