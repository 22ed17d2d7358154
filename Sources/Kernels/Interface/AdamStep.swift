/// The numbers of one step of Adam that all elements share.
package struct AdamStep: BitwiseCopyable {
  /// β₁ and β₂, the decay of the moments.
  package let decay1, decay2: Element
  /// `1 / (1 − β₁ᵗ)` and `1 / (1 − β₂ᵗ)`.
  package let correction1, correction2: Element
  /// ε.
  package let epsilon: Element
  /// What every learning rate is multiplied by.
  package let factor: Element

  /// Step t of given decays.
  package init(
    decay1: Element, decay2: Element, correction1: Element, correction2: Element, epsilon: Element,
    factor: Element
  ) {
    (self.decay1, self.decay2) = (decay1, decay2)
    (self.correction1, self.correction2) = (correction1, correction2)
    (self.epsilon, self.factor) = (epsilon, factor)
  }
}
