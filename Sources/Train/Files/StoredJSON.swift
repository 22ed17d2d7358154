internal import Finance

/// Reading of a JSON file that the program wrote itself: the first thing that does not fit is an error.
struct StoredJSON {
  let root: JSONValue
  let file: String

  init(_ root: JSONValue, file: String) {
    self.root = root
    self.file = file
  }

  /// The file at a path.
  init(contentsOf path: String) throws {
    self.init(try JSONValue(parsing: FileBytes.read(path), file: path), file: path)
  }

  /// An error that says what to do about the file.
  func fault(_ problem: String) -> ExperimentError {
    ExperimentError("\(file): \(problem); delete it and run the command that made it again")
  }

  func value(_ key: String) throws -> JSONValue {
    guard let value = root[key] else { throw fault("has no '\(key)'") }
    return value
  }

  func number(_ key: String) throws -> Double {
    guard let number = try value(key).double else { throw fault("its '\(key)' is not a number") }
    return number
  }

  func elements(_ value: JSONValue, _ key: String) throws -> [JSONValue] {
    guard let elements = value.elements else { throw fault("its '\(key)' is not an array") }
    return elements
  }

  /// Numbers, with NaN for `null`.
  func numbers(_ value: JSONValue, _ key: String) throws -> [Double] {
    try elements(value, key).map { element in
      if element.content == .null { return .nan }
      guard let number = element.double else {
        throw fault("a value of its '\(key)' is not a number")
      }
      return number
    }
  }

  func numbers(_ key: String) throws -> [Double] { try numbers(try value(key), key) }

  func strings(_ key: String) throws -> [String] {
    try elements(try value(key), key).map {
      guard let text = $0.string else { throw fault("a value of its '\(key)' is not a text") }
      return text
    }
  }

  func dates(_ key: String) throws -> [CalendarDate] {
    try strings(key).map {
      guard let date = CalendarDate($0) else { throw fault("'\($0)' in its '\(key)' is no date") }
      return date
    }
  }
}
