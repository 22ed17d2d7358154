internal import Autodiff

/// Gradient descent with momentum and decoupled weight decay: `m ← μ m + g`, `θ ← θ − η (m + λ θ)`.
///
/// - Source: Polyak (1964), *Some methods of speeding up the convergence of iteration methods*.
struct SGD: Optimizer {
  /// η of every element.
  let learningRates: [Scalar]
  /// λ of every element.
  let weightDecays: [Scalar]
  /// μ, in [0, 1); 0 is plain gradient descent.
  let momentum: Scalar

  func update(
    _ parameters: inout Parameters, gradient: [Scalar], objective: Double,
    state: inout OptimizerState, factor: Scalar
  ) {
    checkCounts(parameters, gradient, state, learningRates.count)
    state.step += 1
    parameters.update { values in
      for i in values.indices {
        state.mean[i] = momentum * state.mean[i] + gradient[i]
        values[i] -= factor * learningRates[i] * (state.mean[i] + weightDecays[i] * values[i])
      }
    }
  }
}
