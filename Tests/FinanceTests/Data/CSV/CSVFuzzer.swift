import Autodiff
import Finance

/// Makes CSV files of every dialect, with the table they hold, and damages them.
struct CSVFuzzer {
  var generator: SplitMix64

  struct File {
    var bytes: [UInt8]
    var table: SlowCSVReader.Table
    var isLong: Bool
  }

  mutating func below(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

  // MARK: Files

  mutating func file() -> File {
    let separator = pick([",", ";", "\t"])
    let decimal = separator == "," ? (chance(10) ? "," : ".") : pick([",", "."])
    let isLong = chance(25)
    let rows = 1 + below(6)
    let columns = 1 + below(4)
    let style = below(9)
    let step = chance(20) ? 28 : 1 + below(3)
    var date = CalendarDate(days: 3_000 + below(20_000))
    var dates: [CalendarDate] = []
    for _ in 0..<rows {
      dates.append(date)
      date = date.advanced(by: step)
    }
    var names = (0..<columns).map { "S\($0)" }
    // A tab is no part of a name, quoted or not.
    let mixed = separator == "\t" ? "x,y" : "x\(separator)y"
    if chance(20) { names[0] = pick(["A B", mixed, "Ünï", "say \"hi\""]) }
    let percents = (0..<columns).map { _ in chance(10) }
    let grouping = chance(25) ? (decimal == "." ? pick([",", "'", " "]) : pick([".", "'"])) : ""
    var values: [[UInt64]] = []
    var texts: [[String]] = []
    for _ in 0..<rows {
      var line: [UInt64] = []
      var cells: [String] = []
      for column in 0..<columns {
        if chance(8) {
          line.append(Double.nan.bitPattern)
          cells.append(pick(["", "NA", ".", "#N/A", "null"]))
          continue
        }
        let (text, value) = number(decimal, grouping, isPercent: percents[column])
        line.append(value.bitPattern)
        cells.append(text)
      }
      values.append(line)
      texts.append(cells)
    }
    func quoted(_ text: String, _ always: Bool = false) -> String {
      always || text.contains(separator) || text.contains("\"")
        ? "\"" + text.replacingQuotes() + "\"" : text
    }
    var lines: [String] = []
    if isLong {
      let order = pick([[0, 1, 2], [1, 0, 2], [0, 2, 1]])
      let titles = ["Date", "Ticker", "Close"]
      lines.append(order.map { titles[$0] }.joined(separator: separator))
      for row in 0..<rows {
        for column in 0..<columns {
          let cells = [
            dateText(dates[row], style), quoted(names[column]), quoted(texts[row][column]),
          ]
          lines.append(order.map { cells[$0] }.joined(separator: separator))
        }
      }
    } else {
      let always = chance(10)
      lines.append((["Date"] + names.map { quoted($0, always) }).joined(separator: separator))
      var body = (0..<rows).map { row in
        ([quoted(dateText(dates[row], style))] + texts[row].map { quoted($0, always) })
          .joined(separator: separator)
      }
      if chance(15) { body.reverse() }
      lines += body
    }
    if chance(15) {
      lines.insert(contentsOf: pick([["Export of data"], ["a\(separator)b", ""]]), at: 0)
    }
    if chance(15) { lines += pick([["", "Source: vendor"], ["Total\(separator)1"], [""]]) }
    let end = chance(30) ? "\r\n" : "\n"
    let text =
      (chance(10) ? "\u{FEFF}" : "") + lines.joined(separator: end) + (chance(80) ? end : "")
    return File(
      bytes: Array(text.utf8),
      table: SlowCSVReader.Table(columns: names, dates: dates, values: values), isLong: isLong)
  }

  private mutating func number(
    _ decimal: String, _ grouping: String, isPercent: Bool
  ) -> (String, Double) {
    let digits = 1 + below(7)
    var whole = String(1 + below(9))
    for _ in 1..<digits { whole += String(below(10)) }
    if chance(15) { whole = "0" }
    var fraction = ""
    for _ in 0..<below(5) { fraction += String(below(10)) }
    let sign = chance(20) ? "-" : ""
    let plain = sign + whole + (fraction.isEmpty ? "" : "." + fraction)
    let value = Double(isPercent ? plain + "e-2" : plain) ?? .nan
    var written = whole
    if !grouping.isEmpty, whole.count > 3 {
      var groups: [Substring] = []
      var rest = whole[...]
      while rest.count > 3 {
        groups.insert(rest.suffix(3), at: 0)
        rest = rest.dropLast(3)
      }
      groups.insert(rest, at: 0)
      written = groups.joined(separator: grouping)
    }
    return (
      sign + written + (fraction.isEmpty ? "" : decimal + fraction) + (isPercent ? "%" : ""), value
    )
  }

  private func dateText(_ date: CalendarDate, _ style: Int) -> String {
    let (year, month, day) = date.components
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let names = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    switch style {
    case 0, 1: return "\(date)"
    case 2: return "\(two(month))/\(two(day))/\(year)"
    case 3: return "\(two(day)).\(two(month)).\(year)"
    case 4: return "\(day)/\(month)/\(year)"
    case 5: return "\(year)\(two(month))\(two(day))"
    case 6: return "\(two(month))/\(two(day))/\(two(year % 100))"
    case 7: return "\(two(day))-\(names[month - 1])-\(year)"
    default: return "\(date) 00:00:00"
    }
  }

  // MARK: Damage

  private static let alphabet =
    Array(
      ",,;;\t\"\"\n\n\r..-+/%' eE0123456789TNAx:ANaé".utf8) + [0xFF, 0xC2, 0xA0, 0]

  mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<1 + below(4) where !bytes.isEmpty {
      let position = below(bytes.count)
      let byte = pick(Self.alphabet)
      switch below(6) {
      case 0: bytes[position] = byte
      case 1: bytes.insert(byte, at: position)
      case 2: bytes.remove(at: position)
      case 3: if chance(20) { bytes.removeSubrange(position...) }
      case 4: bytes.insert(contentsOf: bytes[position...].prefix(1 + below(20)), at: position)
      default:
        // Exchanges two bytes, which keeps the alphabet of a file.
        bytes.swapAt(position, below(bytes.count))
      }
    }
    return bytes
  }
}

extension String {
  fileprivate func replacingQuotes() -> String {
    map { $0 == "\"" ? "\"\"" : String($0) }.joined()
  }
}
