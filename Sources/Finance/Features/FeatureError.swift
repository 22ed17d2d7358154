/// A feature that cannot be understood or computed: which one, and what to write instead.
public struct FeatureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The feature as it was written.
  public let feature: String
  /// What is wrong and the remedy.
  public let problem: String

  /// An error about a feature.
  public init(feature: String, problem: String) {
    self.feature = feature
    self.problem = problem
  }

  /// `feature 'F': PROBLEM`.
  public var description: String { "feature '\(feature)': \(problem)" }
}
