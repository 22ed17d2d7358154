/// A fault of an experiment that its config and data only show together.
struct ExperimentError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, with its numbers, and the way out.
  let description: String

  init(_ description: String) { self.description = description }
}
