extension MeasureTable {
  func write(into html: inout HTMLWriter) {
    let ordered = rows.filter(\.isModel) + rows.filter { !$0.isModel }
    let best = measures.indices.map { bestText($0, in: ordered) }
    html.element("figure", ["class": "table"]) { html in
      html.element("figcaption") { $0.element("h3", text: title) }
      html.element("div", ["class": "scroll"]) { html in
        html.element("table") { html in
          html.element("thead") { html in
            html.element("tr") { html in
              html.element("th", ["scope": "col"], text: rowHeader)
              for measure in measures {
                html.element("th", ["scope": "col", "title": measure.explanation]) { html in
                  html.element("span", text: measure.name + measure.format.headerSuffix)
                }
              }
            }
          }
          html.element("tbody") { html in
            for row in ordered {
              html.element("tr", ["class": row.isModel ? "model" : "baseline"]) { html in
                html.element("th", ["scope": "row"], text: row.name)
                for (index, cell) in row.cells.enumerated() {
                  write(cell, measures[index], best: best[index], into: &html)
                }
              }
            }
          }
        }
      }
      for note in notes { html.element("p", ["class": "note"], text: note) }
    }
  }

  private func write(
    _ cell: Cell, _ measure: Measure, best: String?, into html: inout HTMLWriter
  ) {
    let text = measure.format.bareText(cell.value)
    html.element("td") { html in
      if text == best {
        html.element("strong", ["title": "best of the column"], text: text)
      } else {
        html.element("span", text: text)
      }
      if let interval = cell.interval {
        let low = measure.format.bareText(interval.lowerBound)
        let high = measure.format.bareText(interval.upperBound)
        html.element("small", text: "\(low) to \(high)")
      }
    }
  }

  /// The best value as it is shown, or nil where nothing compares.
  ///
  /// What looks equal is equally good.
  private func bestText(_ column: Int, in rows: [Row]) -> String? {
    let values = rows.map { $0.cells[column].value }.filter(\.isFinite)
    let best: Double? =
      switch measures[column].preference {
      case .higher: values.max()
      case .lower: values.min()
      case .none: nil
      }
    guard values.count > 1, let best else { return nil }
    let text = measures[column].format.bareText(best)
    // Where all look the same none is best.
    return values.allSatisfy { measures[column].format.bareText($0) == text } ? nil : text
  }
}
