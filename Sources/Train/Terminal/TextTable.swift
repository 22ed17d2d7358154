internal import Autodiff

/// A table aligned for a terminal.
///
/// ```
/// strategy       Sharpe   volatility
/// ───────────────────────────────────
/// model            1.12        8.4 %
/// equal weight     0.71       11.9 %
/// ```
package struct TextTable: Sendable {
  /// How a column is aligned.
  package enum Alignment: Sendable {
    /// For words.
    case left
    /// For numbers.
    case right
  }

  /// One column.
  package struct Column: Sendable {
    let title: String
    let alignment: Alignment

    /// A column of words.
    package static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }

    /// A column of numbers.
    package static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
  }

  private enum Line {
    case cells([String])
    case rule
  }

  private let columns: [Column]
  private var lines: [Line] = []

  /// An empty table; without any title it has no header.
  package init(_ columns: [Column]) {
    check(!columns.isEmpty, "TextTable: no columns")
    self.columns = columns
  }

  /// Appends a row of one cell per column.
  package mutating func append(_ cells: [String]) {
    check(
      cells.count == columns.count, "TextTable: \(cells.count) cells in \(columns.count) columns")
    lines.append(.cells(cells))
  }

  /// Appends a horizontal line.
  package mutating func appendRule() { lines.append(.rule) }

  /// The table, each line ended by a line feed and without trailing space.
  package var text: String {
    let titles = columns.map(\.title)
    var widths = titles.map(\.count)
    for case .cells(let cells) in lines {
      for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], cell.count) }
    }
    let rule = String(repeating: "─", count: widths.reduce(0, +) + 3 * (widths.count - 1))
    var text = ""
    if titles.contains(where: { !$0.isEmpty }) { text += row(titles, widths) + rule + "\n" }
    for line in lines {
      switch line {
      case .cells(let cells): text += row(cells, widths)
      case .rule: text += rule + "\n"
      }
    }
    return text
  }

  private func row(_ cells: [String], _ widths: [Int]) -> String {
    var row = ""
    for (index, cell) in cells.enumerated() {
      let space = String(repeating: " ", count: widths[index] - cell.count)
      row += index > 0 ? "   " : ""
      row += columns[index].alignment == .left ? cell + space : space + cell
    }
    while row.last == " " { row.removeLast() }
    return row + "\n"
  }
}
