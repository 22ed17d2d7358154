/// The bytes of a CSV file, cell by cell and line by line.
///
/// A cell may stand in double quotes, in which a doubled quote stands for one; it ends with its line.
/// Blanks around cells do not count. Lines end in LF or CRLF, the last one may end without.
struct CSVText {
  let bytes: UnsafeBufferPointer<UInt8>
  let source: String
  let separator: UInt8

  /// A cell's bytes without blanks and quotes, and the position of the separator after it.
  struct Cell {
    let content: Range<Int>
    let end: Int
    var isQuoted = false
  }

  static let quote = UInt8(ascii: "\"")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  // MARK: Cells

  /// The cell from a position on, or nil where a quoted cell does not end properly.
  @inline(__always)
  func cell(from start: Int) -> Cell? {
    var i = start
    while i < bytes.count, isBlank(bytes[i]) { i += 1 }
    if i < bytes.count, bytes[i] == Self.quote { return quotedCell(from: i) }
    var end = i
    while !isSeparator(end) { end += 1 }
    var last = end
    while last > i, isBlank(bytes[last - 1]) { last -= 1 }
    return Cell(content: i..<last, end: end)
  }

  /// The same, throwing ``DataError``.
  func cell(from start: Int, line: Int, column: String?) throws -> Cell {
    guard let cell = cell(from: start) else {
      throw DataError(
        file: source, line: line, column: column,
        problem:
          "a quoted cell does not end with a quotation mark before the next separator or line end.")
    }
    return cell
  }

  private func quotedCell(from start: Int) -> Cell? {
    var i = start + 1
    while i < bytes.count, bytes[i] != Self.newline {
      guard bytes[i] == Self.quote else {
        i += 1
        continue
      }
      if i + 1 < bytes.count, bytes[i + 1] == Self.quote {
        i += 2
        continue
      }
      var end = i + 1
      while end < bytes.count, isBlank(bytes[end]) { end += 1 }
      return isSeparator(end) ? Cell(content: start + 1..<i, end: end, isQuoted: true) : nil
    }
    return nil
  }

  /// The cells of the line that starts at a position, or nil where a quoted cell does not end.
  func cells(ofLineAt start: Int) -> [Cell]? {
    var cells: [Cell] = []
    var position = start
    while true {
      guard let cell = cell(from: position) else { return nil }
      cells.append(cell)
      position = cell.end
      guard position < bytes.count, bytes[position] == separator else { return cells }
      position += 1
    }
  }

  /// The bytes of a cell.
  func content(_ cell: Cell) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[cell.content])
  }

  /// The text of a cell, doubled quotes undone.
  func plainText(_ cell: Cell) -> String {
    guard cell.isQuoted else { return String(decoding: bytes[cell.content], as: UTF8.self) }
    var plain: [UInt8] = []
    var characters = bytes[cell.content].makeIterator()
    while let byte = characters.next() {
      plain.append(byte)
      if byte == Self.quote { _ = characters.next() }
    }
    return String(decoding: plain, as: UTF8.self)
  }

  /// The text of some bytes for a message, cut where it is too long.
  func excerpt(_ range: Range<Int>) -> String {
    let limit = 60
    let cut = String(decoding: bytes[range].prefix(limit), as: UTF8.self)
    return range.count > limit ? cut + "…" : cut
  }

  @inline(__always)
  func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte == 0x09 && separator != 0x09) }

  /// Whether a cell ends at a position.
  @inline(__always)
  func isSeparator(_ position: Int) -> Bool {
    isLineEnd(position) || bytes[position] == separator
  }

  // MARK: Lines

  /// Whether a line ends at a position: LF, CRLF or the end of the file.
  @inline(__always)
  func isLineEnd(_ position: Int) -> Bool {
    if position >= bytes.count || bytes[position] == Self.newline { return true }
    return bytes[position] == Self.carriageReturn
      && (position + 1 >= bytes.count || bytes[position + 1] == Self.newline)
  }

  /// The start of the next line, for the position of a line's end.
  @inline(__always)
  func afterLineEnd(_ position: Int) -> Int {
    guard position < bytes.count else { return position }
    let crlf = bytes[position] == Self.carriageReturn && position + 1 < bytes.count
    return position + (crlf ? 2 : 1)
  }

  /// The start of the line after the one that starts at a position.
  func nextLine(after start: Int) -> Int {
    var position = start
    while !isLineEnd(position) { position += 1 }
    return afterLineEnd(position)
  }

  /// Whether the line at a position holds nothing but blanks and separators.
  func isEmptyLine(at start: Int) -> Bool {
    var position = start
    while !isLineEnd(position) {
      guard bytes[position] == 0x20 || bytes[position] == 0x09 || bytes[position] == separator
      else { return false }
      position += 1
    }
    return true
  }
}
