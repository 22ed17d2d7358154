internal import Autodiff

extension Panel {
  /// Which dates a join of several panels has.
  public enum Calendar: String, Sendable, CaseIterable {
    /// Those on which every panel has a row.
    case common
    /// Those of any panel; where one has no row, its values are missing.
    case all
    /// Those of the first panel; rows of others on other dates are left out.
    case first
  }

  /// Several panels side by side, row by date.
  ///
  /// A column's name that occurs in several panels is preceded by the name of its file and a point
  /// everywhere. Values are levels: what moves between two dates of the result is the change of both.
  public static func joined(_ panels: [Panel], on calendar: Calendar) throws -> Panel {
    check(!panels.isEmpty, "joined: no panels")
    guard panels.count > 1 else { return panels[0] }
    let dates: [CalendarDate]
    switch calendar {
    case .first: dates = panels[0].dates
    case .all: dates = Set(panels.flatMap(\.dates)).sorted()
    case .common:
      let common = panels.dropFirst().reduce(Set(panels[0].dates)) { $0.intersection($1.dates) }
      dates = common.sorted()
    }
    let source = panels.map(\.source).joined(separator: ", ")
    guard !dates.isEmpty else {
      let spans = panels.map { "\($0.source) \($0.dates[0]) to \($0.dates[$0.dates.count - 1])" }
      throw DataError(
        file: source,
        problem: "have no date in common: \(spans.joined(separator: ", ")); expected files of one "
          + "period, or calendar \"all\".")
    }
    let names = panels.flatMap(\.columns)
    let repeated = Self.repeated(names)
    var columns: [String] = []
    for panel in panels {
      columns += panel.columns.map { repeated.contains($0) ? "\(stem(panel.source)).\($0)" : $0 }
    }
    let doubles = Self.repeated(columns)
    if let twice = columns.first(where: { doubles.contains($0) }) {
      throw DataError(
        file: source, column: twice,
        problem: "occurs in two files of the same name; rename a file or a column.")
    }
    var values = Matrix(rows: dates.count, columns: columns.count, repeating: .nan)
    var offset = 0
    for panel in panels {
      var row = 0
      for (t, date) in dates.enumerated() {
        while row < panel.dates.count, panel.dates[row] < date { row += 1 }
        guard row < panel.dates.count, panel.dates[row] == date else { continue }
        for j in panel.columns.indices { values[t, offset + j] = panel.values[row, j] }
      }
      offset += panel.columns.count
    }
    var notes = panels.flatMap { panel in panel.notes.map { "\(panel.source): \($0)" } }
    notes.append(
      "\(panels.count) files are joined on \(dates.count) dates (calendar \(calendar.rawValue)): "
        + panels.map { "\($0.source) has \($0.dates.count)" }.joined(separator: ", ") + ".")
    if !repeated.isEmpty {
      notes.append(
        "Columns of several files bear the file's name: "
          + columns.filter { !names.contains($0) }.joined(separator: ", ") + ".")
    }
    return Panel(dates: dates, columns: columns, values: values, source: source, notes: notes)
  }

  /// The names that stand in a list more than once.
  private static func repeated(_ names: [String]) -> Set<String> {
    let counts = names.reduce(into: [:]) { counts, name in counts[name, default: 0] += 1 }
    return Set(counts.filter { $0.value > 1 }.keys)
  }

  /// The panel without the rows on Saturdays and Sundays.
  public func withoutWeekends() -> Panel {
    let kept = dates.indices.filter { dates[$0].weekday <= 5 }
    guard kept.count < dates.count, !kept.isEmpty else { return self }
    let left = dates.count - kept.count
    return Panel(
      dates: kept.map { dates[$0] }, columns: columns, values: values(ofRows: kept),
      source: source,
      notes: notes + [
        "\(left) \(left == 1 ? "row" : "rows") on weekends \(left == 1 ? "is" : "are") left out."
      ])
  }

  /// Some consecutive rows of the panel.
  public func rows(_ range: Range<Int>) -> Panel {
    Panel(
      dates: Array(dates[range]), columns: columns, values: values(ofRows: Array(range)),
      source: source, firstLine: line(ofRow: range.lowerBound), lineStep: lineStep, notes: notes)
  }

  private func values(ofRows rows: [Int]) -> Matrix {
    Matrix(
      rows: rows.count, columns: columns.count,
      elements: rows.flatMap { row in columns.indices.map { values[row, $0] } })
  }

  /// The same panel with further notes.
  public func adding(notes: [String]) -> Panel { adding([], notes: notes) }

  /// The same panel with further columns.
  func adding(_ columns: [(name: String, values: [Double])], notes: [String] = []) -> Panel {
    let width = self.columns.count + columns.count
    var values = Matrix(rows: dates.count, columns: width)
    for row in dates.indices {
      for j in self.columns.indices { values[row, j] = self.values[row, j] }
      for (j, column) in columns.enumerated() {
        values[row, self.columns.count + j] = column.values[row]
      }
    }
    return Panel(
      dates: dates, columns: self.columns + columns.map(\.name), values: values, source: source,
      firstLine: firstLine, lineStep: lineStep, notes: self.notes + notes)
  }

  /// The name of a file without folders and ending.
  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }
}
