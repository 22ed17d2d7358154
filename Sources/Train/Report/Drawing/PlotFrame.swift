/// What surrounds the lines and areas of a chart: title, legend, axes, labels, note.
///
/// Only shapes are SVG, stretched to the width that there is, with strokes that keep their width;
/// all writing is HTML at positions in per cent. So a chart fills a wide page and stays legible on a
/// phone.
struct PlotFrame {
  struct Tick {
    /// From the top or from the left, 0 to 1.
    let position: Double
    let label: String
  }

  struct LegendItem {
    enum Shape: String {
      case line, swatch, dot
    }
    let name: String
    let colour: String
    var shape = Shape.line
    var value = ""
    var isStrong = false
  }

  struct EndLabel {
    var position: Double
    let name: String
    let value: String
    let colour: String
    var isStrong = false
  }

  var title: String
  var axisTitle: String
  var note: String
  /// In CSS pixels.
  var height = 300
  var yTicks: [Tick] = []
  var xTicks: [Tick] = []
  var legend: [LegendItem] = []
  /// Names at the right end of the lines; where there is room for them, they replace the legend.
  var ends: [EndLabel] = []
  /// Whether the plot hangs from zero downwards.
  var isBelowZero = false
  /// The height of a stronger line (zero), if there is one.
  var zero: Double?
  /// Values to show under the pointer, as JSON.
  var hover: JSONValue?

  /// The figure; `shapes` writes the SVG between grid and axis.
  func write(into html: inout HTMLWriter, shapes: (inout HTMLWriter) -> Void) {
    let kind = "chart" + (ends.isEmpty ? "" : " labelled") + (isBelowZero ? " below" : "")
    html.element("figure", ["class": kind]) { html in
      caption(into: &html)
      PlotFrame.write(legend: legend, into: &html)
      html.element("div", ["class": "plot", "style": "--h:\(height)px"]) { html in
        html.element("div", ["class": "yaxis"]) { html in
          for tick in yTicks {
            html.element("span", ["style": "top:\(Self.percent(tick.position))"], text: tick.label)
          }
        }
        html.element("div", ["class": "area"]) { svg(into: &$0, shapes: shapes) }
        if !ends.isEmpty {
          html.element("div", ["class": "ends"]) { html in
            for label in Self.spread(ends, height: height) {
              let style = "top:\(Self.percent(label.position));--c:\(label.colour)"
              html.element(
                "span",
                [
                  "style": style, "class": label.isStrong ? "strong" : "end", "title": label.name,
                ]
              ) {
                $0.element("b", text: label.name)
                $0.element("i", text: label.value)
              }
            }
          }
        }
        html.element("div", ["class": "xaxis"]) { html in
          for tick in xTicks {
            html.element("span", ["style": "left:\(Self.percent(tick.position))"], text: tick.label)
          }
        }
      }
      if !note.isEmpty { html.element("p", ["class": "note"], text: note) }
      Self.write(hover: hover, into: &html)
    }
  }

  /// The values for the script of the report, as the last child of a figure or panel.
  static func write(hover: JSONValue?, into html: inout HTMLWriter) {
    guard let hover else { return }
    html.element("script", ["type": "application/json"]) { html in
      // A name must not be able to end the script.
      html.raw(
        hover.text(.compact).split(separator: "<", omittingEmptySubsequences: false)
          .joined(separator: "\\u003c"))
    }
  }

  func caption(into html: inout HTMLWriter) {
    html.element("figcaption") { html in
      html.element("h3", text: title)
      if !axisTitle.isEmpty { html.element("p", text: axisTitle) }
    }
  }

  static func write(legend: [LegendItem], into html: inout HTMLWriter) {
    guard !legend.isEmpty else { return }
    html.element("ul", ["class": "legend"]) { html in
      for item in legend {
        html.element("li", ["style": "--c:\(item.colour)"]) { html in
          html.element("span", ["class": item.shape.rawValue], text: "")
          html.element(item.isStrong ? "strong" : "span", text: item.name)
          if !item.value.isEmpty { html.element("i", text: item.value) }
        }
      }
    }
  }

  private func svg(into html: inout HTMLWriter, shapes: (inout HTMLWriter) -> Void) {
    let names = legend.map(\.name).joined(separator: ", ")
    html.element(
      "svg",
      [
        "viewBox": "0 0 \(SVGPath.width) \(SVGPath.height)", "preserveAspectRatio": "none",
        "role": "img", "aria-label": names.isEmpty ? title : "\(title): \(names)",
      ]
    ) { html in
      let rows = yTicks.map { "M0 \(Int(($0.position * 1000).rounded()))h2000" }.joined()
      let columns = xTicks.map { "M\(Int(($0.position * 2000).rounded())) 1000v12" }.joined()
      if !rows.isEmpty { html.void("path", ["class": "grid", "d": rows]) }
      shapes(&html)
      if let zero {
        html.void("path", ["class": "zero", "d": "M0 \(Int((zero * 1000).rounded()))h2000"])
      }
      if !columns.isEmpty { html.void("path", ["class": "mark", "d": columns]) }
    }
  }

  /// Labels moved apart until each has a line of its own, in the order of their heights.
  static func spread(_ labels: [EndLabel], height: Int) -> [EndLabel] {
    let gap = 17 / Double(height)
    var sorted = labels.enumerated()
      .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
      .map(\.element)
    for index in sorted.indices.dropFirst() {
      sorted[index].position = max(sorted[index].position, sorted[index - 1].position + gap)
    }
    // What was pushed out at the bottom goes back up, and pushes in turn.
    var limit = 1.0
    for index in sorted.indices.reversed() {
      sorted[index].position = min(sorted[index].position, limit)
      limit = sorted[index].position - gap
    }
    return sorted
  }

  /// A position as per cent with two digits.
  static func percent(_ position: Double) -> String {
    let hundredths = Int((position * 10_000).rounded())
    let fraction = abs(hundredths % 100)
    let sign = hundredths < 0 && hundredths > -100 ? "-" : ""
    return "\(sign)\(hundredths / 100)"
      + (fraction == 0 ? "" : fraction < 10 ? ".0\(fraction)" : ".\(fraction)")
      + "%"
  }
}
