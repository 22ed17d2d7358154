extension BarChart {
  func write(into html: inout HTMLWriter) {
    let frame = PlotFrame(title: title, axisTitle: axisTitle, note: note)
    let values = bars.flatMap { [$0.value - ($0.margin ?? 0), $0.value + ($0.margin ?? 0)] }
      .filter(\.isFinite)
    let low = min(0, values.min() ?? 0)
    let high = max(0, values.max() ?? 0)
    let span = high > low ? high - low : 1
    let zero = Int((-low / span * 2000).rounded())
    html.element("figure", ["class": "chart"]) { html in
      frame.caption(into: &html)
      html.element("div", ["class": "bars"]) { html in
        for bar in bars {
          let length = bar.value.isFinite ? Int((abs(bar.value) / span * 2000).rounded()) : 0
          let left = bar.value < 0 ? zero - length : zero
          let text = Self.text(bar, format)
          html.element("span", ["class": "name"], text: bar.name)
          html.element(
            "svg",
            [
              "viewBox": "0 0 2000 10", "preserveAspectRatio": "none", "role": "img",
              "aria-label": "\(bar.name): \(text)",
            ]
          ) { html in
            html.void(
              "rect",
              [
                "class": "bar", "style": "--c:var(--\(bar.value < 0 ? "b5" : "m"))",
                "x": "\(left)", "y": "0", "width": "\(length)", "height": "10",
              ])
            if low < 0 { html.void("path", ["class": "zero", "d": "M\(zero) 0v10"]) }
            if let margin = bar.margin, margin.isFinite, bar.value.isFinite {
              let from = zero + Int(((bar.value - margin) / span * 2000).rounded())
              let width = Int((2 * margin / span * 2000).rounded())
              html.void("path", ["class": "whisker", "d": "M\(from) 2v6m0 -3h\(width)m0 -3v6"])
            }
          }
          html.element("span", ["class": "value"], text: text)
        }
      }
      if !note.isEmpty { html.element("p", ["class": "note"], text: note) }
    }
  }

  /// The value, with its margin where it has one.
  private static func text(_ bar: Bar, _ format: ValueFormat) -> String {
    guard let margin = bar.margin, margin.isFinite else { return format.text(bar.value) }
    return "\(format.bareText(bar.value)) ± \(format.text(margin))"
  }
}
