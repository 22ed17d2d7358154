/// A block of an assembled model, as `train check` prints it.
struct BlockSummary: Sendable, Hashable {
  /// The key of the config that switches it.
  let name: String
  /// What it is, in words.
  let kind: String
  /// The shape of what it gives for D decisions.
  let output: String
  /// Trainable numbers.
  let parameters: Int
  /// Multiply–adds of one decision, forward.
  let multiplyAdds: Int
}
