/// What a cell of numbers holds: the slow path, for all that is not digits and a decimal mark.
///
/// Thousands may be grouped by the mark that is not the decimal one, by apostrophes or by blanks, in
/// groups of exactly three; a percent sign divides by 100; the usual words mean missing.
enum WrittenNumber {
  case number(Double)
  case percent(Double)
  case missing
  /// Beyond every double, or written as infinity.
  case infinite
  case invalid

  init(_ bytes: UnsafeBufferPointer<UInt8>, decimal: CSVFormat.DecimalMark) {
    if bytes.isEmpty {
      self = .missing
      return
    }
    if let base = bytes.baseAddress,
      let number = DecimalParser.number(base, count: bytes.count, decimal: decimal.byte),
      number.length == bytes.count
    {
      self = number.value.isFinite ? .number(number.value) : .infinite
      return
    }
    let text = String(decoding: bytes.prefix(40), as: UTF8.self)
    if bytes.count <= 40, Self.missingWords.contains(text) {
      self = .missing
      return
    }
    if ["inf", "infinity"].contains(text.lowercased().drop { "+-".contains($0) }) {
      self = .infinite
      return
    }
    self = Self.decorated(bytes, decimal) ?? .invalid
  }

  static let missingWords: Set<String> = [
    ".", "-", "--", "NA", "na", "N/A", "n/a", "#N/A", "#N/A N/A", "NaN", "nan", "null", "NULL",
    "None", "#NUM!", "#VALUE!", "#DIV/0!",
  ]

  /// A number with grouped thousands, a percent sign, or both.
  private static func decorated(
    _ bytes: UnsafeBufferPointer<UInt8>, _ decimal: CSVFormat.DecimalMark
  ) -> WrittenNumber? {
    var end = bytes.count
    let isPercent = bytes[end - 1] == UInt8(ascii: "%")
    if isPercent {
      end -= 1
      while end > 0, bytes[end - 1] == 0x20 { end -= 1 }
    }
    guard var plain = ungrouped(bytes[..<end], decimal) else { return nil }
    // The power of ten goes into the digits, so that the result is rounded once.
    if isPercent { plain += Array("e-2".utf8) }
    let number = plain.withUnsafeBufferPointer { digits in
      digits.baseAddress.flatMap { DecimalParser.number($0, count: digits.count) }
    }
    guard let number, number.length == plain.count else { return nil }
    guard number.value.isFinite else { return .infinite }
    return isPercent ? .percent(number.value) : .number(number.value)
  }

  /// The digits without groups and with a decimal point; nil where groups are not of three.
  private static func ungrouped(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ decimal: CSVFormat.DecimalMark
  ) -> [UInt8]? {
    var plain: [UInt8] = []
    var (group, sinceMark, inFraction) = ([UInt8](), 0, false)
    var index = bytes.startIndex
    if index < bytes.endIndex, bytes[index] == 0x2D || bytes[index] == 0x2B {
      plain.append(bytes[index])
      index += 1
    }
    let first = plain.count
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte >= 0x30, byte <= 0x39 {
        plain.append(byte)
        sinceMark += 1
        index += 1
        continue
      }
      if byte == decimal.byte, !inFraction {
        guard group.isEmpty || sinceMark == 3 else { return nil }
        plain.append(UInt8(ascii: "."))
        inFraction = true
        index += 1
        continue
      }
      let mark = groupMark(bytes[index...], decimal)
      guard !mark.isEmpty, !inFraction, group.isEmpty || group == mark else { return nil }
      // 0,123 is no grouped number, whatever else it is.
      let opens = (1...3).contains(plain.count - first) && plain[first] != UInt8(ascii: "0")
      guard group.isEmpty ? opens : sinceMark == 3 else { return nil }
      group = mark
      sinceMark = 0
      index += mark.count
    }
    return inFraction || group.isEmpty || sinceMark == 3 ? plain : nil
  }

  /// The bytes of a mark between thousands; empty for anything else.
  private static func groupMark(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ decimal: CSVFormat.DecimalMark
  ) -> [UInt8] {
    // An apostrophe, straight or curved; a blank, plain, unbreakable or narrow.
    let marks: [[UInt8]] = [
      [decimal.grouping], [0x27], [0xE2, 0x80, 0x99], [0x20], [0xC2, 0xA0], [0xE2, 0x80, 0xAF],
    ]
    return marks.first { bytes.starts(with: $0) } ?? []
  }
}
