/// Why a dual-layer model cannot be run on some data.
public enum DualLayerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The data have no indicator of that name.
  case unknownIndicator(String, known: [String])
  /// The first decision comes before the indicators have enough history.
  case tooEarly(row: Int, firstRow: Int?)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .unknownIndicator(let name, let known):
      "dual layer: the data have no indicator '\(name)'"
        + Spelling.sentenceEnd(for: name, among: known)
        + " Indicators: \(known.joined(separator: ", "))."
    case .tooEarly(let row, let firstRow?):
      "dual layer: decides from row \(row), but its indicators have the history they need from row "
        + "\(firstRow) on; start the test later, or shorten their windows."
    case .tooEarly(let row, nil):
      "dual layer: decides from row \(row), but its indicators never have the history they need."
    }
  }
}
