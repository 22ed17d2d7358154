/// A fault of an experiment that its config and data only show together.
struct ExperimentError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, with its numbers, and the way out.
  let description: String

  /// Whether the data begin too late for what is asked.
  let lacksHistory: Bool

  init(_ description: String, lacksHistory: Bool = false) {
    self.description = description
    self.lacksHistory = lacksHistory
  }
}
