/// A JSON document, or a part of one, that remembers where each value was written.
///
/// Members keep their order, integers stay apart from floating-point numbers, and every value knows
/// its ``Origin``, so that a complaint about a value can name its line and column. Two values are
/// equal when their contents are; origins do not count.
public struct JSONValue: Sendable, Equatable {
  /// What a value is.
  public enum Content: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without fraction and exponent that fits in 64 bits.
    case integer(Int)
    /// A number written with a fraction or an exponent; always finite in a parsed document.
    case double(Double)
    /// A string, escapes resolved.
    case string(String)
    /// The elements in order.
    case array([JSONValue])
    /// The members in the order of the text; keys are distinct in a parsed document.
    case object([Member])
  }

  /// Where a value comes from.
  public enum Origin: Sendable, Equatable {
    /// A place in a text: both count from 1, columns in Unicode scalars as editors do.
    case text(line: Int, column: Int)
    /// A place in the text of a config that the document extends.
    case base(file: String, line: Int, column: Int)
    /// A command-line override, as the user typed it (`optimizer.learningRate=0.01`).
    case override(String)
    /// Built by the program.
    case program
  }

  /// One `"key": value` of an object.
  public struct Member: Sendable, Equatable {
    /// The key, escapes resolved.
    public var key: String
    /// The value.
    public var value: JSONValue
    /// Where the key was written.
    public var origin: Origin

    /// A member, by default without a place in a text.
    public init(_ key: String, _ value: JSONValue, origin: Origin = .program) {
      self.key = key
      self.value = value
      self.origin = origin
    }

    /// Whether key and value are equal, wherever they were written.
    public static func == (lhs: Member, rhs: Member) -> Bool {
      lhs.key == rhs.key && lhs.value == rhs.value
    }
  }

  /// What the value is.
  public var content: Content
  /// Where the value was written.
  public var origin: Origin

  /// A value, by default without a place in a text.
  public init(_ content: Content, origin: Origin = .program) {
    self.content = content
    self.origin = origin
  }

  /// Whether the contents are equal, wherever they were written.
  public static func == (lhs: JSONValue, rhs: JSONValue) -> Bool { lhs.content == rhs.content }
}

extension JSONValue {
  /// The members of an object, or nil for anything else.
  public var members: [Member]? {
    guard case .object(let members) = content else { return nil }
    return members
  }

  /// The elements of an array, or nil for anything else.
  public var elements: [JSONValue]? {
    guard case .array(let elements) = content else { return nil }
    return elements
  }

  /// The string, or nil for anything else.
  public var string: String? {
    guard case .string(let text) = content else { return nil }
    return text
  }

  /// The integer, or nil for anything else, `1.0` included.
  public var int: Int? {
    guard case .integer(let number) = content else { return nil }
    return number
  }

  /// The number as a `Double`, or nil for anything else and for integers that a `Double` cannot
  /// hold exactly.
  public var double: Double? {
    switch content {
    case .integer(let number): Double(exactly: number)
    case .double(let number): number
    default: nil
    }
  }

  /// The truth value, or nil for anything else.
  public var bool: Bool? {
    guard case .bool(let flag) = content else { return nil }
    return flag
  }

  /// The value of a member, or nil without such a member or for anything but an object.
  ///
  /// Setting replaces the value in place or appends a member; setting nil removes it. Setting a
  /// member of anything but an object turns it into one. Linear in the number of members.
  public subscript(key: String) -> JSONValue? {
    get { members?.first { $0.key == key }?.value }
    set {
      var changed = members ?? []
      let index = changed.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): changed[index].value = value
      case (let index?, nil): changed.remove(at: index)
      case (nil, let value?): changed.append(Member(key, value, origin: value.origin))
      case (nil, nil): break
      }
      content = .object(changed)
    }
  }

  /// The value in a few words, for messages: `7`, `"adm"`, `an array of 3 values`.
  package var summary: String {
    switch content {
    case .array(let elements):
      "an array of \(elements.count) value\(elements.count == 1 ? "" : "s")"
    case .object: "an object"
    case .string(let text) where text.count > 60: JSONValue.quoted(text.prefix(57) + "…")
    default: text(.compact)
    }
  }

  /// The same value with every part attributed to `origin`.
  func attributed(to origin: Origin) -> JSONValue { attributed { _ in origin } }

  /// The same value with the origin of every part replaced.
  func attributed(by change: (Origin) -> Origin) -> JSONValue {
    let origin = change(origin)
    return switch content {
    case .array(let elements):
      JSONValue(.array(elements.map { $0.attributed(by: change) }), origin: origin)
    case .object(let members):
      JSONValue(
        .object(
          members.map {
            Member($0.key, $0.value.attributed(by: change), origin: change($0.origin))
          }), origin: origin)
    default: JSONValue(content, origin: origin)
    }
  }
}
