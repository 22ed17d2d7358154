/// In which order the numbers of a file's dates are meant.
///
/// An order is out as soon as one date of the file makes no sense by it; if several orders remain, the
/// one by which the rows are sorted. What is still open then is refused.
struct CSVDateGuess {
  let table: CSVTable
  let format: CSVFormat
  let isWide: Bool

  struct Result {
    let order: CSVFormat.DateOrder
    let shape: WrittenDate.Shape
    let first: String
    let notes: [String]
  }

  func order() throws -> Result {
    var orders: [CSVFormat.DateOrder] = []
    var shape: WrittenDate.Shape?
    var (first, settling) = ("", "")
    var hasTime = false
    // For each order: the last date, and whether the dates so far rise or fall.
    var sorted = Dictionary(
      uniqueKeysWithValues: CSVFormat.DateOrder.allCases.map { ($0, Direction()) })
    table.forEachRow { line, cells in
      let cell = cells[table.dateColumn]
      guard let date = WrittenDate(table.text.content(cell)) else { return false }
      if shape == nil {
        shape = date.shape
        orders = date.orders
        first = table.text.plainText(cell)
        hasTime = date.hasTime
        if let stated = format.dates, orders.count > 1 { orders = [stated] }
      }
      guard date.shape == shape else { return false }
      let possible = orders.filter { date.date($0) != nil }
      guard !possible.isEmpty else { return false }
      if possible.count < orders.count {
        settling = "line \(line), '\(table.text.plainText(cell))'"
      }
      orders = possible
      for order in orders { if let day = date.date(order) { sorted[order]?.append(day) } }
      return orders.count > 1
    }
    guard let shape, let order = orders.first else {
      // The search for the table found a date in its first row.
      throw DataError(
        file: table.text.source, line: table.firstRowLine, problem: "holds no date.")
    }
    var notes: [String] = []
    var chosen = order
    if orders.count > 1 {
      let monotone = orders.filter { sorted[$0]?.isStrict ?? false }
      if isWide, monotone.count == 1 {
        chosen = monotone[0]
        settling = "the order of the rows"
      } else if shape.mark == UInt8(ascii: "."), shape.hasCentury {
        chosen = .dayMonthYear
        settling = "the points between the numbers"
      } else {
        throw DataError(
          file: table.text.source, line: table.firstRowLine, value: first,
          problem: "and every other date may be read as "
            + "\(orders.map(\.rawValue).joined(separator: " or as ")); "
            + Self.remedy(orders) + ".")
      }
    }
    if format.dates == nil, !settling.isEmpty {
      notes.append("Dates are \(chosen.rawValue), settled by \(settling).")
    }
    if !shape.hasCentury { notes.append("Years of two digits are 1969 to 2068.") }
    if hasTime { notes.append("The time of day in '\(first)' is not used.") }
    return Result(order: chosen, shape: shape, first: first, notes: notes)
  }

  private static func remedy(_ orders: [CSVFormat.DateOrder]) -> String {
    switch orders.count {
    case 2: CSVFormat.remedy("dates", orders[0].rawValue, orders[1].rawValue)
    default:
      CSVFormat.remedy("dates", orders[0].rawValue, orders[1].rawValue, orders[2].rawValue)
    }
  }

  /// Whether dates only rise, or only fall.
  private struct Direction {
    var last: CalendarDate?
    var (rises, falls) = (true, true)
    var count = 0

    var isStrict: Bool { (rises || falls) && count > 1 }

    mutating func append(_ date: CalendarDate) {
      if let last {
        rises = rises && date > last
        falls = falls && date < last
      }
      last = date
      count += 1
    }
  }
}
