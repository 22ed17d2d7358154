/// One key of a configuration's schema, as its documentation shows it.
package struct ConfigEntry: Sendable, Equatable {
  /// The path, `training.epochs`.
  package let path: String
  /// What is accepted, `an integer in 1…1000000`.
  package let expected: String
  /// The default as JSON, or nil where the key is required.
  package let standard: String?
  /// What it means.
  package let about: String
}
