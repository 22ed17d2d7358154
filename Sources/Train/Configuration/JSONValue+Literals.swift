internal import Autodiff

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self.init(.string(value)) }

  /// An integer.
  public init(integerLiteral value: Int) { self.init(.integer(value)) }

  /// A floating-point number.
  public init(floatLiteral value: Double) { self.init(.double(value)) }

  /// A truth value.
  public init(booleanLiteral value: Bool) { self.init(.bool(value)) }

  /// `null`.
  public init(nilLiteral: ()) { self.init(.null) }

  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self.init(.array(elements)) }

  /// An object whose members keep the order of the literal; the keys must differ.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(object: elements)
  }

  /// An object whose members keep the order given; the keys must differ.
  public init(object members: [(String, JSONValue)]) {
    check(
      Set(members.map(\.0)).count == members.count,
      "JSON object with a key given twice: \(members.map(\.0))")
    self.init(.object(members.map { Member($0.0, $0.1) }))
  }

  /// A string.
  public init(_ text: String) { self.init(.string(text)) }

  /// An integer.
  public init(_ number: Int) { self.init(.integer(number)) }

  /// A truth value.
  public init(_ flag: Bool) { self.init(.bool(flag)) }

  /// A floating-point number, or `null` for NaN and infinities, which JSON cannot express.
  public init(_ number: Double) { self.init(number.isFinite ? .double(number) : .null) }

  /// An array of floating-point numbers, with `null` for NaN and infinities.
  public init(_ numbers: [Double]) { self.init(.array(numbers.map { JSONValue($0) })) }

  /// An array of strings.
  public init(_ texts: [String]) { self.init(.array(texts.map { JSONValue($0) })) }
}
