extension HeatMap {
  /// Beyond so many columns cells are too narrow for numbers; the pointer shows them.
  private static let maximumLegibleColumns = 14
  /// The full shade, in per cent of the colour: ink stays legible on it.
  private static let fullShade = 58.0

  func write(into html: inout HTMLWriter) {
    let largest =
      scale
      ?? values.flatMap { $0.prefix(shadedColumns) }.filter(\.isFinite).map(\.magnitude).max() ?? 0
    let isLegible = columns.count <= Self.maximumLegibleColumns
    html.element("figure", ["class": "table"]) { html in
      PlotFrame(title: title, axisTitle: axisTitle, note: note).caption(into: &html)
      html.element("div", ["class": "scroll"]) { html in
        html.element(
          "table", ["class": isLegible ? columns.count > 8 ? "heat" : "heat small" : "heat dense"]
        ) { html in
          html.element("thead") { html in
            html.element("tr") { html in
              html.element("th", ["scope": "col"], text: "")
              for (index, name) in headers.enumerated() {
                html.element(
                  "th", ["scope": "col", "class": index < shadedColumns ? "cell" : "total"]
                ) {
                  $0.element("span", text: name)
                }
              }
            }
          }
          html.element("tbody") { html in
            for (name, row) in zip(rows, values) {
              html.element("tr") { html in
                html.element("th", ["scope": "row"], text: name)
                for (index, value) in row.enumerated() {
                  write(
                    value, "\(name), \(columns[index])", isShaded: index < shadedColumns,
                    isLegible: isLegible, largest: largest, into: &html)
                }
              }
            }
          }
        }
      }
      if !note.isEmpty { html.element("p", ["class": "note"], text: note) }
    }
  }

  private func write(
    _ value: Double, _ place: String, isShaded: Bool, isLegible: Bool, largest: Double,
    into html: inout HTMLWriter
  ) {
    guard value.isFinite else { return html.element("td", text: "") }
    let text = isLegible ? format.bareText(value) : ""
    let title = "\(place): \(format.text(value))"
    guard isShaded, largest > 0 else {
      return html.element("td", ["class": "total", "title": title], text: format.bareText(value))
    }
    let share = min(1, value.magnitude / largest) * Self.fullShade
    let colour = shading == .diverging && value < 0 ? "var(--down)" : "var(--up)"
    html.element(
      "td",
      [
        "title": title, "class": "cell",
        "style": "--c:\(colour);--v:\(Int(share.rounded()))%",
      ], text: text)
  }
}
