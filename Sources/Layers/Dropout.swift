public import Autodiff

/// Sets elements to zero at random while training and does nothing in evaluation.
///
/// The random numbers come from the pass's generator, which advances.
///
/// - Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), *Dropout*.
public struct Dropout: Layer {
  /// The probability of a zero, in 0 ..< 1.
  public let rate: Double

  /// Dropout at a rate.
  public init(rate: Double) {
    check(rate >= 0 && rate < 1, "Dropout: rate \(rate) is not in 0 ..< 1")
    self.rate = rate
  }

  /// The input, in training with elements dropped and the rest divided by `1 − rate`.
  public func callAsFunction(_ input: Variable, in pass: inout Pass) -> Variable {
    guard case .training(var generator) = pass.mode else { return input }
    defer { pass.mode = .training(generator) }
    return input.dropout(rate: rate, using: &generator)
  }
}
