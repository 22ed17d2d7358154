/// Reading of a config on top of those it extends.
struct ConfigInheritance {
  static let key = "extends"

  /// Keys of values that are paths of files.
  let paths: [[String]]

  /// The document of a file with all that it extends; `files` are those that extend it.
  func load(_ path: String, below files: [String]) throws -> JSONValue {
    var root = try JSONValue(parsing: FileBytes.read(path), file: path)
    guard let wanted = root[Self.key] else { return root }
    guard let name = wanted.string, !name.isEmpty else {
      throw fault("value is \(wanted.summary); expected the path of a config", wanted, path)
    }
    let base = Self.joined(Self.folder(of: path), name)
    guard !(files + [path]).contains(base), files.count < 16 else {
      throw fault(
        "\(base) extends itself through \((files + [path]).joined(separator: ", "))", wanted, path)
    }
    var inherited = try load(base, below: files + [path]).attributed { origin in
      if case .text(let line, let column) = origin {
        .base(file: base, line: line, column: column)
      } else {
        origin
      }
    }
    for keys in paths { Self.move(&inherited, keys[...], to: Self.folder(of: name)) }
    root[Self.key] = nil
    return inherited.merged(with: root)
  }

  private func fault(_ message: String, _ value: JSONValue, _ path: String) -> any Error {
    let diagnostics = ConfigDiagnostics(file: path)
    diagnostics.report(
      message, path: ConfigPath().member(Self.key).text, origin: value.origin)
    return diagnostics.error ?? ConfigError(problems: [])
  }

  /// Puts `folder` before the relative path, the array of paths, or the names of an object that are paths,
  /// under some keys; keys of objects in an array are those of each of them.
  static func move(_ value: inout JSONValue, _ keys: ArraySlice<String>, to folder: String) {
    if case .array(var elements) = value.content {
      for index in elements.indices { move(&elements[index], keys, to: folder) }
      value.content = .array(elements)
      return
    }
    guard let key = keys.first else {
      if let path = value.string { value.content = .string(joined(folder, path)) }
      if case .object(var members) = value.content {
        for index in members.indices { members[index].key = joined(folder, members[index].key) }
        value.content = .object(members)
      }
      return
    }
    guard var child = value[key] else { return }
    move(&child, keys.dropFirst(), to: folder)
    value[key] = child
  }

  private static func joined(_ folder: String, _ path: String) -> String {
    folder == "." || path.hasPrefix("/") ? path : folder == "/" ? "/" + path : "\(folder)/\(path)"
  }

  /// The folder of a file: "." of a name alone.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
