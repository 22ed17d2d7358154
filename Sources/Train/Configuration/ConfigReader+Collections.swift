internal import Autodiff

extension ConfigReader {
  // MARK: Lists of plain values

  /// A list of strings; required unless `value` is given.
  package func strings<Count: ConfigConstraint<Int>>(
    _ key: String, default value: [String]? = nil, count: Count = Unconstrained<Int>()
  ) -> [String] {
    list(
      key, fallback: value, expected: "an array of strings", element: "a string", count: count,
      encode: { JSONValue($0) }, parse: \.string)
  }

  /// A list of integers; required unless `value` is given.
  package func ints<Constraint: ConfigConstraint<Int>, Count: ConfigConstraint<Int>>(
    _ key: String, default value: [Int]? = nil, in constraint: Constraint = Unconstrained<Int>(),
    count: Count = Unconstrained<Int>()
  ) -> [Int] {
    list(
      key, fallback: value, expected: "an array of integers", element: Self.integer(constraint),
      count: count, encode: { JSONValue($0) }, parse: { Self.int($0, constraint) })
  }

  /// A list of numbers; required unless `value` is given.
  package func doubles<Constraint: ConfigConstraint<Double>, Count: ConfigConstraint<Int>>(
    _ key: String, default value: [Double]? = nil,
    in constraint: Constraint = Unconstrained<Double>(), count: Count = Unconstrained<Int>()
  ) -> [Double] {
    list(
      key, fallback: value, expected: "an array of numbers", element: Self.number(constraint),
      count: count, encode: { JSONValue($0) }, parse: { Self.double($0, constraint) })
  }

  /// Numbers under names that the user chooses (costs by asset, a table's cells), in the order of
  /// the text; required unless `value` is given.
  package func namedDoubles<Constraint: ConfigConstraint<Double>>(
    _ key: String, default value: [(name: String, value: Double)]? = nil,
    in constraint: Constraint = Unconstrained<Double>()
  ) -> [(name: String, value: Double)] {
    var result = value ?? []
    document(
      key, expected: "an object of numbers" + constraint.text,
      standard: value.map {
        JSONValue(object: $0.map { ($0.name, JSONValue($0.value)) }).text(.compact)
      })
    if let object = take(key) {
      if let members = object.members {
        result = []
        for member in members {
          if let number = Self.double(member.value, constraint) {
            result.append((member.key, number))
          } else {
            diagnostics.report(
              "value is \(member.value.summary); expected \(Self.number(constraint))",
              path: path.member(key).member(member.key).text, origin: member.value.origin)
          }
        }
      } else {
        reportMismatch(key, object, expected: "an object of numbers")
      }
    } else if value == nil {
      reportMissing(key)
    }
    resolve(key, JSONValue(object: result.map { ($0.name, JSONValue($0.value)) }))
    return result
  }

  func list<Value>(
    _ key: String, fallback: [Value]?, expected: String, element: String,
    count: some ConfigConstraint<Int>, hint: (JSONValue) -> String = { _ in "" },
    encode: (Value) -> JSONValue, parse: (JSONValue) -> Value?
  ) -> [Value] {
    var result = fallback ?? []
    document(
      key, expected: expected == "an array" ? "an array of " + element : expected,
      standard: fallback.map { JSONValue(.array($0.map(encode))).text(.compact) })
    if let array = take(key) {
      if let elements = array.elements {
        result = []
        for (index, value) in elements.enumerated() {
          if let parsed = parse(value) {
            result.append(parsed)
          } else {
            diagnostics.report(
              "value is \(value.summary); expected \(element)\(hint(value))",
              path: path.member(key).element(index).text, origin: value.origin)
          }
        }
        if !count.admits(elements.count) {
          reportMismatch(key, array, expected: "a number of elements\(count.text)")
        }
      } else {
        reportMismatch(key, array, expected: expected)
      }
    } else if fallback == nil {
      reportMissing(key)
    }
    resolve(key, JSONValue(.array(result.map(encode))))
    return result
  }

  // MARK: Nested objects

  /// A nested object; when the key is missing, all of its defaults apply.
  package func object<Value>(_ key: String, _ body: (ConfigReader) -> Value) -> Value {
    let value = take(key) ?? JSONValue(.object([]), origin: origin)
    let reader = ConfigReader(value, path: path.member(key), diagnostics: diagnostics)
    let result = body(reader)
    resolve(key, reader.finish())
    return result
  }

  /// A nested object, or nil when the key is missing or `null`.
  package func optionalObject<Value>(_ key: String, _ body: (ConfigReader) -> Value) -> Value? {
    document(key, expected: "an object or null", standard: "null")
    guard let value = take(key), value.content != .null else {
      documentMembers(path.member(key), body)
      resolve(key, nil)
      return nil
    }
    let reader = ConfigReader(value, path: path.member(key), diagnostics: diagnostics)
    let result = body(reader)
    resolve(key, reader.finish())
    return result
  }

  /// A list of objects, each of which may be written as a word, which stands for the object with only
  /// that value of its key `shorthand`; `words` when the key is missing.
  ///
  /// `expand` may replace an element before it is read. Elements with faults, which are reported, are left
  /// out.
  package func objects<Value>(
    _ key: String, shorthand: String, default words: [String],
    expand: (JSONValue) -> JSONValue = { $0 }, _ body: (ConfigReader) -> Value
  ) -> [Value] {
    document(
      key, expected: "an array of names or objects",
      standard: JSONValue(.array(words.map { JSONValue($0) })).text(.compact))
    let array = take(key) ?? JSONValue(.array(words.map { JSONValue($0) }), origin: origin)
    guard let elements = array.elements else {
      reportMismatch(key, array, expected: "an array of names or objects")
      resolve(key, [])
      return []
    }
    var results: [Value] = []
    var resolved: [JSONValue] = []
    for (index, element) in elements.enumerated() {
      let faults = diagnostics.count
      let (value, text) = abbreviated(
        expand(element), path: path.member(key).element(index), shorthand: shorthand, body)
      // What stands in for a faulty element must not be held against the others.
      if diagnostics.count == faults { results.append(value) }
      resolved.append(text)
    }
    resolve(key, JSONValue(.array(resolved)))
    return results
  }

  /// An object that may be written as a word, like those of ``objects(_:shorthand:default:_:)``; `word`
  /// when the key is missing.
  package func object<Value>(
    _ key: String, shorthand: String, default word: String, _ body: (ConfigReader) -> Value
  ) -> Value {
    document(key, expected: "a name or an object", standard: JSONValue(word).text(.compact))
    let (value, text) = abbreviated(
      take(key) ?? JSONValue(word), path: path.member(key), shorthand: shorthand, body)
    resolve(key, text)
    return value
  }

  /// An object that may be written as a word, or nil when the key is missing or `null`.
  package func optionalObject<Value>(
    _ key: String, shorthand: String, _ body: (ConfigReader) -> Value
  ) -> Value? {
    document(key, expected: "a name, an object or null", standard: "null")
    guard let value = take(key), value.content != .null else {
      resolve(key, nil)
      return nil
    }
    let (result, text) = abbreviated(
      value, path: path.member(key), shorthand: shorthand, body)
    resolve(key, text)
    return result
  }

  /// A nested object whose keys are documented in another place, or nil when the key is missing or
  /// `null`.
  package func optionalObject<Value>(
    _ key: String, expected: String, _ body: (ConfigReader) -> Value
  ) -> Value? {
    document(key, expected: expected, standard: "null")
    guard let value = take(key), value.content != .null else {
      resolve(key, nil)
      return nil
    }
    let (result, resolved) = quietly(value, path: path.member(key), body)
    resolve(key, resolved)
    return result
  }

  /// A nested object whose keys are documented in another place; required.
  package func object<Value>(
    _ key: String, expected: String, _ body: (ConfigReader) -> Value
  ) -> Value {
    document(key, expected: expected, standard: nil)
    let value = take(key) ?? JSONValue(.object([]), origin: origin)
    let (result, resolved) = quietly(value, path: path.member(key), body)
    resolve(key, resolved)
    return result
  }

  private func quietly<Value>(
    _ value: JSONValue, path: ConfigPath, _ body: (ConfigReader) -> Value
  ) -> (value: Value, resolved: JSONValue) {
    let wasQuiet = diagnostics.isQuiet
    diagnostics.isQuiet = true
    defer { diagnostics.isQuiet = wasQuiet }
    let reader = ConfigReader(value, path: path, diagnostics: diagnostics)
    let result = body(reader)
    return (result, reader.finish())
  }

  private func abbreviated<Value>(
    _ value: JSONValue, path: ConfigPath, shorthand: String, _ body: (ConfigReader) -> Value
  ) -> (value: Value, resolved: JSONValue) {
    let object =
      value.string == nil
      ? value
      : JSONValue(
        .object([JSONValue.Member(shorthand, value, origin: value.origin)]), origin: value.origin)
    return quietly(object, path: path, body)
  }

  /// A list of objects, empty when the key is missing.
  package func objects<Value, Count: ConfigConstraint<Int>>(
    _ key: String, count: Count = Unconstrained<Int>(), _ body: (ConfigReader) -> Value
  ) -> [Value] {
    document(key, expected: "an array of objects", standard: "[]")
    let array = take(key) ?? JSONValue(.array([]), origin: origin)
    if array.elements?.isEmpty ?? true { documentMembers(path.member(key).element(0), body) }
    guard let elements = array.elements else {
      reportMismatch(key, array, expected: "an array of objects")
      resolve(key, [])
      return []
    }
    if !count.admits(elements.count) {
      reportMismatch(key, array, expected: "a number of elements\(count.text)")
    }
    var results: [Value] = []
    var resolved: [JSONValue] = []
    for (index, element) in elements.enumerated() {
      let reader = ConfigReader(
        element, path: path.member(key).element(index), diagnostics: diagnostics)
      results.append(body(reader))
      resolved.append(reader.finish())
    }
    resolve(key, JSONValue(.array(resolved)))
    return results
  }

  /// Notes for the documentation what an object that is not there could hold.
  private func documentMembers<Value>(_ path: ConfigPath, _ body: (ConfigReader) -> Value) {
    let aside = ConfigDiagnostics(file: "")
    _ = body(ConfigReader(JSONValue(.object([])), path: path, diagnostics: aside))
    for entry in aside.entries { diagnostics.note(entry) }
  }

  /// Objects under names that the user chooses, in the order of the text; empty when the key is
  /// missing.
  package func namedObjects<Value>(
    _ key: String, _ body: (_ name: String, _ reader: ConfigReader) -> Value
  ) -> [(name: String, value: Value)] {
    document(key, expected: "an object of objects", standard: "{}")
    let object = take(key) ?? JSONValue(.object([]), origin: origin)
    guard let members = object.members else {
      reportMismatch(key, object, expected: "an object of objects")
      resolve(key, JSONValue(.object([])))
      return []
    }
    var results: [(name: String, value: Value)] = []
    var resolved: [JSONValue.Member] = []
    for member in members {
      let reader = ConfigReader(
        member.value, path: path.member(key).member(member.key), diagnostics: diagnostics)
      results.append((member.key, body(member.key, reader)))
      resolved.append(JSONValue.Member(member.key, reader.finish()))
    }
    resolve(key, JSONValue(.object(resolved)))
    return results
  }
}
