internal import Finance

/// What mattered in a search, as one SVG: for each parameter, the most important first, the loss of every
/// trial against its value.
struct SearchPicture {
  let result: SearchResult
  let title: String

  private static let columns = 3
  private static let (width, height) = (300.0, 220.0)
  /// Of a panel: room for the scale on the left, the title above, the values below.
  private static let (left, top, right, bottom) = (44.0, 34.0, 14.0, 30.0)

  var svg: String {
    let ranking = result.ranking
    let rows = (ranking.count + Self.columns - 1) / Self.columns
    let size = (
      Double(min(Self.columns, max(1, ranking.count))) * Self.width,
      Double(rows) * Self.height + 40
    )
    var svg = HTMLWriter()
    svg.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": "0 0 \(Self.text(size.0)) \(Self.text(size.1))",
        "width": Self.text(size.0), "height": Self.text(size.1),
        "font-family": "system-ui,sans-serif", "font-size": "11",
      ]
    ) { svg in
      svg.void("rect", ["width": "100%", "height": "100%", "fill": "#ffffff"])
      Self.write(
        "\(title): validation loss of \(result.trials.count) trials (lower is better)", 12, 22,
        into: &svg, anchor: "start", weight: "bold", size: "14")
      for (index, entry) in ranking.enumerated() {
        guard let parameter = result.space.first(where: { $0.key == entry.key }) else { continue }
        let x = Double(index % Self.columns) * Self.width
        let y = Double(index / Self.columns) * Self.height + 32
        panel(parameter, entry.share, x, y, into: &svg)
      }
    }
    svg.line()
    return svg.text
  }

  private func panel(
    _ parameter: SearchParameter, _ share: Double, _ x: Double, _ y: Double,
    into svg: inout HTMLWriter
  ) {
    let (x0, y0) = (x + Self.left, y + Self.top)
    let (w, h) = (Self.width - Self.left - Self.right, Self.height - Self.top - Self.bottom)
    let share = share.isNaN ? "" : ": \(NumberText.fixed(100 * share, digits: 0)) %"
    Self.write(parameter.key + share, x0, y0 - 12, into: &svg, anchor: "start", weight: "bold")
    let scale = scale
    for tick in scale.ticks {
      let height = y0 + scale.position(tick) * h
      svg.void(
        "path",
        ["d": "M\(Self.text(x0)) \(Self.text(height))h\(Self.text(w))", "stroke": "#dddddd"])
      Self.write(
        NumberText.fixed(tick, digits: scale.tickDigits(scaledBy: 1)), x0 - 5, height + 4,
        into: &svg,
        anchor: "end")
    }
    for (label, place) in marks(of: parameter) {
      let anchor = place < 0.05 ? "start" : place > 0.95 ? "end" : "middle"
      Self.write(label, x0 + place * w, y0 + h + 16, into: &svg, anchor: anchor)
    }
    let best = result.best?.number
    for trial in result.trials {
      guard let loss = trial.loss,
        let value = trial.values.first(where: { $0.key == parameter.key })?.value,
        let place = place(of: value, in: parameter)
      else { continue }
      // Hopeless trials lie on the upper edge.
      let height = min(1, max(0, scale.position(loss)))
      let isBest = trial.number == best
      svg.void(
        "circle",
        [
          "cx": Self.text(x0 + place * w), "cy": Self.text(y0 + height * h),
          "r": isBest ? "5" : "3",
          "fill": isBest ? "#c0392b" : trial.isComplete ? "#0b5c9e" : "none",
          "stroke": isBest ? "#c0392b" : "#0b5c9e", "fill-opacity": "0.8",
        ])
    }
  }

  /// From the lowest loss to the upper quartile and half as far again.
  private var scale: ValueScale {
    let losses = result.trials.compactMap(\.loss).sorted()
    guard let low = losses.first else { return ValueScale(linear: 0...1) }
    let quartile = losses[min(losses.count - 1, losses.count * 3 / 4)]
    return ValueScale(
      linear: low...max(low, min(losses[losses.count - 1], quartile + 0.5 * (quartile - low))))
  }

  private func marks(of parameter: SearchParameter) -> [(String, Double)] {
    if case .choice(let values) = parameter.domain {
      return values.map { (SearchResult.text($0), place(of: $0, in: parameter) ?? 0) }
    }
    return [0, 0.5, 1].map { (SearchResult.text(parameter.value(at: $0)), $0) }
  }

  private func place(of value: JSONValue, in parameter: SearchParameter) -> Double? {
    guard case .choice(let values) = parameter.domain else { return parameter.place(of: value) }
    return values.firstIndex { $0 == value }.map { (Double($0) + 0.5) / Double(values.count) }
  }

  private static func write(
    _ content: String, _ x: Double, _ y: Double, into svg: inout HTMLWriter, anchor: String,
    weight: String = "normal", size: String = "11"
  ) {
    svg.element(
      "text",
      [
        "x": text(x), "y": text(y), "text-anchor": anchor, "font-weight": weight,
        "font-size": size, "fill": "#222222",
      ], text: content)
  }

  private static func text(_ number: Double) -> String { NumberText.fixed(number, digits: 1) }
}
