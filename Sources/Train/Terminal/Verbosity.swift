/// How much a long command says, and to whom.
package enum Verbosity: Sendable {
  /// To a person: what is done, a live block of progress, tables.
  case normal
  /// Warnings, and at the end where the result is.
  case quiet
  /// To a script: one JSON object per event and line, on standard output.
  case json
}
