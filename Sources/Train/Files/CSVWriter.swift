internal import Autodiff
internal import Finance

/// A table as comma-separated values (RFC 4180, line feeds, UTF-8) that a spreadsheet and
/// `pandas.read_csv(path)` open without arguments.
///
/// Floating-point numbers are written in the shortest form that reads back to the same bits; NaN
/// becomes an empty field. Texts are quoted only where they have to be.
package struct CSVWriter: Sendable {
  /// One field.
  package enum Field: Sendable {
    /// A text, quoted where needed.
    case text(String)
    /// A floating-point number; NaN becomes an empty field, infinities `inf` and `-inf`.
    case number(Double)
    /// An integer.
    case integer(Int)
    /// A date as days since 1970-01-01, written as `2024-12-31`.
    case day(Int)
    /// An empty field.
    case missing
  }

  /// How many fields every row has.
  package let columnCount: Int
  private var bytes: [UInt8] = []

  /// A table with a header.
  package init(columns: [String]) {
    check(!columns.isEmpty, "CSVWriter: no columns")
    columnCount = columns.count
    append(columns.map { Field.text($0) })
  }

  /// Appends a row: a date (days since 1970-01-01) and one number for every other column.
  package mutating func append(day: Int, _ numbers: [Double]) {
    append([Field.day(day)] + numbers.map { Field.number($0) })
  }

  /// Appends a row of one field per column.
  package mutating func append(_ fields: [Field]) {
    check(
      fields.count == columnCount,
      "CSVWriter: \(fields.count) fields in a row of \(columnCount) columns")
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      switch field {
      case .text(let text): append(text)
      case .number(let number):
        if !number.isNaN { bytes += Array(Self.shortest(number).utf8) }
      case .integer(let number): bytes += Array(String(number).utf8)
      case .day(let day): bytes += Array(CalendarDate(days: day).description.utf8)
      case .missing: break
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// The table as text.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes the table to a file, atomically.
  ///
  /// - Throws: ``FileError``.
  package func write(to path: String) throws { try AtomicFile.write(bytes, to: path) }

  /// Swift's own description is the shortest form that reads back; a whole number drops its `.0`.
  private static func shortest(_ number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private mutating func append(_ text: String) {
    let utf8 = text.utf8
    // A lone empty text would read as a missing line or field; edges of white space get trimmed.
    let needsQuotes =
      utf8.isEmpty || utf8.first == 0x20 || utf8.last == 0x20
      || utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    guard needsQuotes else {
      bytes += Array(utf8)
      return
    }
    bytes.append(0x22)
    for byte in utf8 {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }
}
