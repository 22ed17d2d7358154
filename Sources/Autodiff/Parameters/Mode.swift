/// Whether a pass trains, and if so with which randomness.
///
/// Training without a generator cannot be written.
public enum Mode: Sendable {
  /// Nothing random happens.
  case evaluation
  /// Layers such as dropout draw from this generator.
  case training(SplitMix64)

  /// Whether the pass trains.
  public var isTraining: Bool { if case .training = self { true } else { false } }
}
