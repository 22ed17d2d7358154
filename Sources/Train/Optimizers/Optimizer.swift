package import Autodiff

/// A rule that moves parameters against their gradient, with what it remembers in a plain value.
package protocol Optimizer: Sendable {
  /// One step downhill from parameters whose objective and gradient were evaluated; `factor` scales
  /// every learning rate, as a schedule asks.
  func update(
    _ parameters: inout Parameters, gradient: [Scalar], objective: Double,
    state: inout OptimizerState, factor: Scalar)
}

/// What an optimiser remembers; saving it and setting it continues to the same bits.
package struct OptimizerState: Sendable, Hashable {
  /// Steps taken.
  package var step: Int
  /// The running mean of gradients, or the momentum.
  package var mean: [Scalar]
  /// The running mean of squared gradients.
  package var square: [Scalar]
  /// The line search and the curvature of L-BFGS.
  package var curvature = CurvatureMemory()

  package init(count: Int) {
    step = 0
    mean = [Scalar](repeating: 0, count: count)
    square = mean
  }
}

extension Optimizer {
  /// Stops when the vectors of a step do not belong together.
  func checkCounts(
    _ parameters: Parameters, _ gradient: [Scalar], _ state: OptimizerState, _ count: Int
  ) {
    check(
      gradient.count == count && parameters.values.count == count && state.mean.count == count,
      "optimiser: \(gradient.count) gradients, \(parameters.values.count) parameters, "
        + "\(state.mean.count) moments, \(count) rates")
  }
}
