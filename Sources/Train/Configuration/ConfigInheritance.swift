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
    return Self.merge(root, over: inherited)
  }

  private func fault(_ message: String, _ value: JSONValue, _ path: String) -> any Error {
    let diagnostics = ConfigDiagnostics(file: path)
    diagnostics.report(
      message, path: ConfigPath().member(Self.key).text, origin: value.origin)
    return diagnostics.error ?? ConfigError(problems: [])
  }

  private static func merge(_ own: JSONValue, over base: JSONValue) -> JSONValue {
    guard let members = own.members, base.members != nil else { return own }
    var result = base
    result.origin = own.origin
    for member in members {
      let below = result[member.key]
      result[member.key] = below.map { merge(member.value, over: $0) } ?? member.value
      guard case .object(var all) = result.content,
        let index = all.firstIndex(where: { $0.key == member.key })
      else { continue }
      all[index].origin = member.origin
      result.content = .object(all)
    }
    return result
  }

  /// Puts `folder` before the relative path, or the array of paths, under some keys.
  private static func move(_ value: inout JSONValue, _ keys: ArraySlice<String>, to folder: String)
  {
    guard let key = keys.first else {
      if let path = value.string { value.content = .string(joined(folder, path)) }
      if case .array(var paths) = value.content {
        for index in paths.indices { move(&paths[index], keys, to: folder) }
        value.content = .array(paths)
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

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
