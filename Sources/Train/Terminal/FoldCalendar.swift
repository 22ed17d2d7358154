internal import Finance

/// The folds of an experiment as a picture of characters: a line for each of their splits, time from left to
/// right.
struct FoldCalendar {
  let folds: [Fold]
  /// The date of every decision.
  let dates: [CalendarDate]
  /// Columns in all.
  var width = 80
  var isUnicode = true
  var isColoured = false

  /// The columns of the names.
  private var margin: Int {
    max(5, 2 + (folds.flatMap(\.namedSplits).map(\.name.count).max() ?? 0))
  }

  /// The picture with its legend; empty without folds.
  var text: String {
    let all = folds.flatMap { fold in
      fold.splits.flatMap { fold.stretches(of: $0).map(\.decisions) }
    }
    guard let first = all.map(\.lowerBound).min(), let end = all.map(\.upperBound).max(),
      first < end
    else { return "" }
    let margin = margin
    let columns = max(20, width - margin - 1)
    let scale = Scale(
      first: dates[first].days, last: max(dates[end - 1].days, dates[first].days + 1),
      columns: columns)
    var lines = [String(repeating: " ", count: margin) + axis(scale)]
    for fold in folds {
      for (name, split) in fold.namedSplits {
        let label = String(repeating: " ", count: max(0, margin - 1 - name.count)) + name
        lines.append(label + " " + line(of: fold.stretches(of: split), scale))
      }
    }
    let legend = [
      "\(mark(.training)) training", "\(mark(.validation)) validation", "\(mark(.test)) test",
      "\(mark(nil)) left out",
    ]
    lines.append(String(repeating: " ", count: margin) + legend.joined(separator: "   "))
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

  private func line(
    of stretches: [(use: Fold.Use?, decisions: Range<Int>)], _ scale: Scale
  ) -> String {
    // What takes the most days of a column gives the column its mark; what is left out shows where
    // nothing else is.
    var days = [[Fold.Use: Int]](repeating: [:], count: scale.columns)
    var covered = [Bool](repeating: false, count: scale.columns)
    for (use, decisions) in stretches {
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
