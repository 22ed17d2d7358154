/// A configuration as read from a file, ready for overrides and decoding.
///
/// ```swift
/// var document = try ConfigDocument(contentsOf: "Experiments/quick.json")
/// try document.apply(ConfigOverride(parsing: "training.epochs=3"))
/// let (experiment, resolved) = try document.decode { Experiment($0) }
/// ```
package struct ConfigDocument: Sendable {
  /// The name by which messages call the file.
  package let file: String
  /// The document, overrides included.
  package private(set) var root: JSONValue

  /// A document from text.
  ///
  /// - Throws: ``JSONSyntaxError``.
  package init(parsing text: String, file: String) throws(JSONSyntaxError) {
    self.file = file
    root = try JSONValue(parsing: text, file: file)
  }

  /// A document from a file, on top of the config that its key `extends` names, if it has one.
  ///
  /// Objects are joined member by member; anything else, `null` included, replaces what the base
  /// says. Values under `paths` (keys from the outermost object inwards) are relative to the file
  /// that states them, and are rewritten to start at this file's folder.
  ///
  /// - Throws: ``FileError``, ``JSONSyntaxError``, or ``ConfigError`` for what it extends.
  package init(contentsOf path: String, paths: [[String]] = []) throws {
    file = path
    root = try ConfigInheritance(paths: paths).load(path, below: [])
  }

  /// Puts an override in place of the file's value; objects on the way are created where they are
  /// missing or `null`.
  ///
  /// Later overrides win. Whether the key exists in the schema is decided by ``decode(_:)``.
  ///
  /// - Throws: ``ConfigError`` when a value on the way is not an object.
  package mutating func apply(_ override: ConfigOverride) throws(ConfigError) {
    try Self.set(
      &root, keys: override.keys[...], to: override.value, path: ConfigPath(), file: file)
  }

  /// The keys that a schema reads, in the order of reading, where those of `root` are given.
  package static func entries<Value>(
    for root: JSONValue = JSONValue(.object([])), of body: (ConfigReader) -> Value
  ) -> [ConfigEntry] {
    let diagnostics = ConfigDiagnostics(file: "")
    let reader = ConfigReader(root, path: ConfigPath(), diagnostics: diagnostics)
    _ = body(reader)
    return diagnostics.entries
  }

  private static func set(
    _ node: inout JSONValue, keys: ArraySlice<String>, to value: JSONValue, path: ConfigPath,
    file: String
  ) throws(ConfigError) {
    guard let key = keys.first else {
      node = value
      return
    }
    if node.content == .null { node = JSONValue(.object([]), origin: value.origin) }
    guard node.members != nil else {
      let diagnostics = ConfigDiagnostics(file: file)
      diagnostics.report(
        "value is \(node.summary); expected an object", path: path.text, origin: value.origin)
      if let error = diagnostics.error { throw error }
      return
    }
    var child = node[key] ?? JSONValue(.object([]), origin: value.origin)
    try set(&child, keys: keys.dropFirst(), to: value, path: path.member(key), file: file)
    node[key] = child
  }

  /// Decodes the document strictly and returns the value together with the resolved configuration:
  /// every key that was read, in the order of reading, with the value used.
  ///
  /// Decoding the resolved configuration gives the same value and the same resolved configuration.
  ///
  /// - Throws: ``ConfigError`` with *all* faults, unknown keys included.
  package func decode<Value>(
    _ body: (ConfigReader) -> Value
  ) throws(ConfigError) -> (value: Value, resolved: JSONValue) {
    let diagnostics = ConfigDiagnostics(file: file)
    let reader = ConfigReader(root, path: ConfigPath(), diagnostics: diagnostics)
    let value = body(reader)
    let resolved = reader.finish()
    if let error = diagnostics.error { throw error }
    return (value, resolved)
  }
}
