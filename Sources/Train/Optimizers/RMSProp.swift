internal import Autodiff

/// Steps scaled by a running root mean square of the gradient, with decoupled weight decay:
/// `v ← ρ v + (1 − ρ) g²`, `θ ← θ − η (g / (√v + ε) + λ θ)`.
///
/// - Source: Tieleman & Hinton (2012), *Lecture 6.5: rmsprop*.
struct RMSProp: Optimizer {
  /// η of every element.
  let learningRates: [Scalar]
  /// λ of every element.
  let weightDecays: [Scalar]
  private let decay: Scalar = 0.99
  private let epsilon: Scalar = 1e-8

  init(learningRates: [Scalar], weightDecays: [Scalar]) {
    self.learningRates = learningRates
    self.weightDecays = weightDecays
  }

  func update(
    _ parameters: inout Parameters, gradient: [Scalar], objective: Double,
    state: inout OptimizerState, factor: Scalar
  ) {
    checkCounts(parameters, gradient, state, learningRates.count)
    state.step += 1
    parameters.update { values in
      for i in values.indices {
        let g = gradient[i]
        state.square[i] = decay * state.square[i] + (1 - decay) * g * g
        let step = g / (state.square[i].squareRoot() + epsilon)
        values[i] -= factor * learningRates[i] * (step + weightDecays[i] * values[i])
      }
    }
  }
}
