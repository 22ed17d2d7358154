internal import Finance

/// The folds of an experiment as a picture of characters: a line each, time from left to right.
struct FoldCalendar {
  let folds: [Fold]
  /// The date of every decision.
  let dates: [CalendarDate]
  /// Columns in all.
  var width = 80
  var isUnicode = true
  var isColoured = false

  private static let margin = 5

  /// The picture with its legend; empty without folds.
  var text: String {
    let all = folds.flatMap { $0.stretches.map(\.decisions) }
    guard let first = all.map(\.lowerBound).min(), let end = all.map(\.upperBound).max(),
      first < end
    else { return "" }
    let columns = max(20, width - Self.margin - 1)
    let scale = Scale(
      first: dates[first].days, last: max(dates[end - 1].days, dates[first].days + 1),
      columns: columns)
    var lines = [String(repeating: " ", count: Self.margin) + axis(scale)]
    for fold in folds {
      let number = String(fold.index + 1)
      let label = String(repeating: " ", count: max(0, Self.margin - 1 - number.count)) + number
      lines.append(label + " " + line(of: fold, scale))
    }
    let legend = [
      "\(mark(.training)) training", "\(mark(.validation)) validation", "\(mark(.test)) test",
      "\(mark(nil)) left out",
    ]
    lines.append(String(repeating: " ", count: Self.margin) + legend.joined(separator: "   "))
    return lines.joined(separator: "\n") + "\n"
  }

  /// Days to columns.
  private struct Scale {
    let first: Int
    let last: Int
    let columns: Int

    func column(_ day: Int) -> Int {
      min(columns - 1, max(0, (day - first) * columns / (last - first + 1)))
    }
  }

  /// Years, as many as fit, each beginning over its first column.
  private func axis(_ scale: Scale) -> String {
    let (from, to) = (
      CalendarDate(days: scale.first).year + 1, CalendarDate(days: scale.last).year
    )
    guard from <= to else { return "\(CalendarDate(days: scale.first))" }
    let room = scale.columns / 7
    let step = [1, 2, 5, 10, 20, 50].first { (to - from) / $0 < room } ?? 100
    var text = ""
    for year in from...to where year % step == 0 {
      guard let day = CalendarDate(year: year, month: 1, day: 1)?.days else { continue }
      let column = scale.column(day)
      guard column >= text.count, column + 4 <= scale.columns else { continue }
      text += String(repeating: " ", count: column - text.count) + "\(year)"
    }
    return text
  }

  private func line(of fold: Fold, _ scale: Scale) -> String {
    // What takes the most days of a column gives the column its mark; what is left out shows where
    // nothing else is.
    var days = [[Fold.Use: Int]](repeating: [:], count: scale.columns)
    var covered = [Bool](repeating: false, count: scale.columns)
    for (use, decisions) in fold.stretches {
      for decision in decisions {
        let column = scale.column(dates[decision].days)
        covered[column] = true
        if let use { days[column][use, default: 0] += 1 }
      }
    }
    // Columns between two decisions belong to what stands before them.
    var text = ""
    var before: String?
    let lastCovered = covered.lastIndex(of: true) ?? 0
    for column in 0...lastCovered {
      if covered[column] {
        let use = days[column].max {
          ($0.value, Self.rank($1.key)) < ($1.value, Self.rank($0.key))
        }?.key
        before = mark(use)
      }
      text += before ?? " "
    }
    return text
  }

  private static func rank(_ use: Fold.Use) -> Int {
    switch use {
    case .training: 0
    case .validation: 1
    case .test: 2
    }
  }

  private func mark(_ use: Fold.Use?) -> String {
    let (unicode, ascii, colour) =
      switch use {
      case .training: ("░", "-", "36")
      case .validation: ("▒", "v", "33")
      case .test: ("█", "#", "32")
      case nil: ("·", ".", "2")
      }
    let sign = isUnicode ? unicode : ascii
    return isColoured ? "\u{1B}[\(colour)m\(sign)\u{1B}[0m" : sign
  }
}
