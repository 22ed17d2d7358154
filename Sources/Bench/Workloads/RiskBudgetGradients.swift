import Autodiff
import Finance
import Layers

/// W4: the risk-budgeting layer forward and backward: `L = Σ c w` with respect to `Σ` and `b`.
struct RiskBudgetGradients {
  private let tape: Tape
  private let mark: Tape.Mark
  private let covariances: Variable
  private let budgets: Variable
  private let cotangent: Tensor
  private let layer: RiskBudget

  static let cases = [10, 50, 200].flatMap { n in [1, 32].map { (count: n, batch: $0) } }

  init(count n: Int, batch: Int, threads: Int, certifies: Bool) {
    tape = Tape(threads: threads > 1 ? ThreadPool(threads: threads) : nil)
    let problems = (0..<batch).map { RiskProblem(count: n, seed: 200 + UInt64($0)) }
    var generator = PeerGenerator(seed: 21)
    let shape = Shape(batch, n)
    cotangent = Tensor(converting: generator.normals(batch * n), shape: shape)
    covariances = tape.variable(
      Tensor(
        converting: problems.flatMap(\.covariance.elements), shape: Shape(batch, n, n)))
    budgets = tape.variable(Tensor(converting: problems.flatMap(\.budgets), shape: shape))
    mark = tape.mark
    layer = RiskBudget(
      solver: RiskBudgetSolver(roundingUnit: Double(Scalar.ulpOfOne), certifies: certifies))
  }

  /// The loss; with `read`, the gradients too: `∂L/∂Σ` and `∂L/∂b` of the whole batch.
  func step(read: Bool = false) throws -> (loss: Double, sigma: [Scalar], budget: [Scalar]) {
    let weights = try layer(covariances: covariances, budgets: budgets)
    var loss = 0.0
    for i in 0..<cotangent.elements.count {
      loss += Double(cotangent.elements[i]) * Double(weights.values[i])
    }
    tape.backward(from: weights, cotangent: cotangent)
    defer { tape.rewind(to: mark) }
    return read
      ? (
        loss, tape.gradient(of: covariances).elements, tape.gradient(of: budgets).elements
      ) : (loss, [], [])
  }
}
