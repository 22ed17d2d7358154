extension BarChart {
  func write(into html: inout HTMLWriter) {
    let frame = PlotFrame(title: title, axisTitle: axisTitle, note: note)
    let values = bars.map(\.value).filter(\.isFinite)
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
          html.element("span", ["class": "name"], text: bar.name)
          html.element(
            "svg",
            [
              "viewBox": "0 0 2000 10", "preserveAspectRatio": "none", "role": "img",
              "aria-label": "\(bar.name): \(format.text(bar.value))",
            ]
          ) { html in
            html.void(
              "rect",
              [
                "class": "bar", "style": "--c:var(--\(bar.value < 0 ? "b5" : "m"))",
                "x": "\(left)", "y": "0", "width": "\(length)", "height": "10",
              ])
            if low < 0 { html.void("path", ["class": "zero", "d": "M\(zero) 0v10"]) }
          }
          html.element("span", ["class": "value"], text: format.text(bar.value))
        }
      }
      if !note.isEmpty { html.element("p", ["class": "note"], text: note) }
    }
  }
}
