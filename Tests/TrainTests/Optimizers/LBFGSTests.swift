import Autodiff
import Testing

@testable import Train

@Suite struct LBFGSTests {
  private func minimise(
    _ start: [Scalar], rates: [Scalar]? = nil, decay: Scalar = 0, evaluations: Int,
    _ function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> (point: [Double], state: OptimizerState) {
    var builder = ParameterBuilder(generator: SplitMix64(seed: 1))
    _ = builder.scope("net") { $0.parameter("weight", Tensor(start)) }
    var parameters = builder.parameters
    let optimizer = LBFGS(
      learningRates: rates ?? start.map { _ in 1 }, weightDecays: start.map { _ in decay })
    var state = OptimizerState(count: start.count)
    for _ in 0..<evaluations {
      let (value, gradient) = function(parameters.values.map { Double($0) })
      optimizer.update(
        &parameters, gradient: gradient.map { Scalar($0) }, objective: value, state: &state,
        factor: 1)
    }
    return (parameters.values.map { Double($0) }, state)
  }

  private func rosenbrock(_ x: [Double]) -> (value: Double, gradient: [Double]) {
    let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
    return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
  }

  private let isDouble = MemoryLayout<Scalar>.size == 8

  @Test func findsTheEndOfTheBananaValley() {
    let (x, _) = minimise([-1.2, 1], evaluations: 80, rosenbrock)
    let tolerance = isDouble ? 1e-6 : 2e-2
    #expect(abs(x[0] - 1) < tolerance && abs(x[1] - 1) < tolerance, "\(x)")
  }

  /// On a quadratic of condition 10⁴ curvature is everything.
  @Test func needsFewStepsOnAnIllConditionedQuadratic() {
    let scales = [1.0, 10, 100, 1000, 10_000]
    let (x, _) = minimise([1, 1, 1, 1, 1], evaluations: 60) { x in
      (
        zip(scales, x).reduce(0) { $0 + 0.5 * $1.0 * ($1.1 - 0.3) * ($1.1 - 0.3) },
        zip(scales, x).map { $0 * ($1 - 0.3) }
      )
    }
    for value in x { #expect(abs(value - 0.3) < (isDouble ? 1e-6 : 1e-2), "\(x)") }
  }

  /// The accepted points never go uphill.
  @Test func acceptedObjectivesFall() {
    var last = Double.infinity
    for evaluations in 1...40 {
      let objective = minimise([-1.2, 1], evaluations: evaluations, rosenbrock).state.curvature
        .objective
      #expect(objective <= last)
      last = objective
    }
  }

  /// At a minimum nothing moves, whatever is evaluated further.
  @Test func staysAtAMinimum() {
    let (x, _) = minimise([0.5], evaluations: 20) { _ in (0, [0]) }
    #expect(x == [0.5])
  }

  @Test func weightDecayIsTheGradientOfHalfTheSquare() {
    // min ½(x − 1)² + ½·3x² is at ¼.
    let (x, _) = minimise([2], decay: 3, evaluations: 30) { x in
      (0.5 * (x[0] - 1) * (x[0] - 1), [x[0] - 1])
    }
    #expect(abs(x[0] - 0.25) < 1e-4)
  }

  @Test func aRateOfZeroKeepsItsGroup() {
    let (x, _) = minimise([2, 2], rates: [1, 0], evaluations: 30) { x in
      (0.5 * (x[0] * x[0] + x[1] * x[1]), x)
    }
    #expect(abs(x[0]) < 1e-4 && x[1] == 2)
  }
}
