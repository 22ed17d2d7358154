/// Whether numbers have decimal points or decimal commas.
///
/// Without quotes in a file of commas there is nothing to decide. Otherwise the first number that can
/// be read in one way only decides, such as 1,5 or 1.234,5 or 1,234,567. If there is none and it
/// matters, semicolons stand for decimal commas; what is still open is refused.
struct CSVDecimalGuess {
  let table: CSVTable
  let format: CSVFormat
  /// The columns of numbers.
  let columns: [Int]

  func mark() throws -> (mark: CSVFormat.DecimalMark, notes: [String]) {
    if let stated = format.decimal { return (stated, []) }
    let text = table.text
    let isComma = text.separator == CSVFormat.Separator.comma.byte
    guard !isComma || text.bytes.contains(CSVText.quote) else { return (.point, []) }
    var proof: (mark: CSVFormat.DecimalMark, line: Int, value: String)?
    var open: [CSVFormat.DecimalMark: (line: Int, value: String)] = [:]
    table.forEachRow { line, cells in
      for column in columns where column < cells.count {
        switch Self.evidence(text.content(cells[column])) {
        case .none: continue
        case .proof(let mark):
          proof = (mark, line, text.plainText(cells[column]))
          return false
        case .open(let mark):
          if open[mark] == nil { open[mark] = (line, text.plainText(cells[column])) }
        }
      }
      return true
    }
    if let proof {
      let plain = isComma && proof.mark == .point
      return (
        proof.mark,
        plain
          ? []
          : [
            "Numbers have a decimal \(proof.mark), settled by line \(proof.line), "
              + "'\(proof.value)'."
          ]
      )
    }
    // Only numbers like 1,234 or 1.234, and integers.
    if open.isEmpty { return (.point, []) }
    if open.count == 1, let comma = open[.comma],
      text.separator == CSVFormat.Separator.semicolon.byte
    {
      return (
        .comma,
        [
          "Numbers have a decimal comma, as is usual with semicolons (line \(comma.line), "
            + "'\(comma.value)')."
        ]
      )
    }
    let example = open[.comma] ?? open[.point] ?? (table.firstRowLine, "")
    throw DataError(
      file: text.source, line: example.line, value: example.value,
      problem: "may be a number with grouped thousands or with a fraction, and so may all others; "
        + CSVFormat.remedy("decimal", "point", "comma") + ".")
  }

  enum Evidence: Equatable {
    case none
    /// The number can be read with this decimal mark only.
    case proof(CSVFormat.DecimalMark)
    /// The mark may be a decimal mark, or group thousands.
    case open(CSVFormat.DecimalMark)
  }

  /// What a cell tells.
  static func evidence(_ content: UnsafeBufferPointer<UInt8>) -> Evidence {
    let comma = UInt8(ascii: ",")
    let point = UInt8(ascii: ".")
    guard content.contains(comma) || content.contains(point) else { return .none }
    let byPoint = isNumber(content, .point)
    let byComma = isNumber(content, .comma)
    switch (byPoint, byComma) {
    case (true, false): return .proof(.point)
    case (false, true): return .proof(.comma)
    case (false, false): return .none
    case (true, true): return .open(content.contains(comma) ? .comma : .point)
    }
  }

  private static func isNumber(
    _ content: UnsafeBufferPointer<UInt8>, _ decimal: CSVFormat.DecimalMark
  ) -> Bool {
    switch WrittenNumber(content, decimal: decimal) {
    case .number, .percent: true
    case .missing, .infinite, .invalid: false
    }
  }
}
