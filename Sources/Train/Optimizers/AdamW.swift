package import Autodiff
internal import KernelInterface
internal import Kernels

/// Adam with decoupled weight decay, over all parameters as one vector.
///
/// `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`,
/// `θ ← θ − η (m̂ / (√v̂ + ε) + λ θ)` with bias-corrected m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ). Every
/// element has its own learning rate η, so that parameter groups can differ; λ = 0 is plain Adam.
///
/// - Source: Kingma & Ba (2015), *Adam*; Loshchilov & Hutter (2019), *Decoupled Weight Decay
///   Regularization*, algorithm 2.
package struct AdamW: Optimizer {
  /// η of every element.
  package let learningRates: [Scalar]
  /// λ of every element, per step and per unit of learning rate.
  package let weightDecays: [Scalar]
  private let beta1 = 0.9
  private let beta2 = 0.999
  private let epsilon: Scalar = 1e-8

  package init(learningRates: [Scalar], weightDecays: [Scalar]) {
    self.learningRates = learningRates
    self.weightDecays = weightDecays
  }

  /// One step downhill.
  package func update(
    _ parameters: inout Parameters, gradient: [Scalar], objective: Double = 0,
    state: inout OptimizerState, factor: Scalar = 1
  ) {
    let count = learningRates.count
    checkCounts(parameters, gradient, state, count)
    state.step += 1
    // Powers by repeated multiplication would drift with the step; these are exact to rounding.
    let step = AdamStep(
      decay1: Scalar(beta1), decay2: Scalar(beta2),
      correction1: Scalar(1 / (1 - power(beta1, state.step))),
      correction2: Scalar(1 / (1 - power(beta2, state.step))), epsilon: epsilon, factor: factor)
    parameters.update { values in
      guard let base = values.baseAddress else { return }
      kernels.adam(
        count, step, gradient: gradient, rates: learningRates, decays: weightDecays,
        mean: &state.mean, square: &state.square, into: base)
    }
  }

  /// `baseⁿ` by squaring: the same bits everywhere, unlike a library's `pow`.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
