/// A value given on the command line in place of the file's: `--set optimizer.learningRate=0.01`.
package struct ConfigOverride: Sendable, Equatable {
  /// The keys from the outermost object inwards.
  package let keys: [String]
  /// The value: JSON where the text is JSON, otherwise the text as a string.
  package let value: JSONValue
  /// The override as typed.
  package let text: String

  /// An override made by the program on the user's behalf.
  package init(keys: [String], value: JSONValue) {
    let text = "\(keys.joined(separator: "."))=\(value.summary)"
    self.keys = keys
    self.value = value.attributed(to: .override(text))
    self.text = text
  }

  /// Reads `key.path=value`.
  ///
  /// - Throws: ``UsageError`` when there is no `=` or a key is empty.
  package init(parsing text: String) throws(UsageError) {
    guard let equals = text.firstIndex(of: "=") else {
      throw UsageError("--set \(text): expected key.path=value, such as training.epochs=200")
    }
    let keys = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      .map { String($0) }
    guard keys.allSatisfy({ !$0.isEmpty }) else {
      throw UsageError(
        "--set \(text): empty key; expected key.path=value, such as training.epochs=200")
    }
    let typed = String(text[text.index(after: equals)...])
    let origin = JSONValue.Origin.override(text)
    let parsed = (try? JSONValue(parsing: typed, file: "--set")) ?? JSONValue(typed)
    self.keys = keys
    self.value = parsed.attributed(to: origin)
    self.text = text
  }
}
