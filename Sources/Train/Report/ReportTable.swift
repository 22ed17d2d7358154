internal import Autodiff

/// A table of texts: what does not compare strategy by strategy.
public struct ReportTable: Sendable {
  /// A column.
  public struct Column: Sendable {
    /// The header.
    public var title: String
    /// Whether it holds words, which align to the left.
    public var isText: Bool
    /// What it is, shown when the pointer rests on the header.
    public var explanation: String

    /// A column of words.
    public static func text(_ title: String, explanation: String = "") -> Column {
      Column(title: title, isText: true, explanation: explanation)
    }

    /// A column of numbers.
    public static func number(_ title: String, explanation: String = "") -> Column {
      Column(title: title, isText: false, explanation: explanation)
    }
  }

  /// The title.
  public var title: String
  /// The columns; the first names the row.
  public var columns: [Column]
  /// The cells, row by row.
  public var rows: [[String]]
  /// Remarks beneath, one paragraph each.
  public var notes: [String]

  /// A table; every row must have one cell per column.
  public init(
    _ title: String, columns: [Column], rows: [[String]], notes: [String] = []
  ) {
    for row in rows {
      check(
        row.count == columns.count,
        "table '\(title)': \(row.count) cells in \(columns.count) columns")
    }
    self.title = title
    self.columns = columns
    self.rows = rows
    self.notes = notes
  }

  func write(into html: inout HTMLWriter) {
    html.element("figure", ["class": "table"]) { html in
      if !title.isEmpty { html.element("figcaption") { $0.element("h3", text: title) } }
      html.element("div", ["class": "scroll"]) { html in
        html.element("table") { html in
          html.element("thead") { html in
            html.element("tr") { html in
              for column in columns {
                html.element(
                  "th",
                  [
                    "scope": "col", "class": column.isText ? "words" : "figures",
                    "title": column.explanation,
                  ]
                ) { $0.element("span", text: column.title) }
              }
            }
          }
          html.element("tbody") { html in
            for row in rows {
              html.element("tr") { html in
                html.element("th", ["scope": "row"], text: row.first ?? "")
                for (cell, column) in zip(row, columns).dropFirst() {
                  html.element("td", ["class": column.isText ? "words" : "figures"], text: cell)
                }
              }
            }
          }
        }
      }
      for note in notes { html.element("p", ["class": "note"], text: note) }
    }
  }
}
