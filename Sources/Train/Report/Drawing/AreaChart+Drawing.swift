extension AreaChart {
  /// Columns of pixels that edges are thinned out for; areas hide more than lines.
  private static let columns = 400

  func write(into html: inout HTMLWriter, colours: inout SeriesColours) {
    var frame = PlotFrame(title: title, axisTitle: axisTitle, note: note)
    frame.height = 280
    let layers = Self.gathered(layers)
    guard let firstDay = days.first, let lastDay = days.last, !layers.isEmpty else {
      frame.note = note.isEmpty ? "No data." : "No data. \(note)"
      frame.height = 60
      return frame.write(into: &html) { _ in }
    }
    let stack = Stack(layers, count: days.count)
    let high = stack.uppers.last?.filter(\.isFinite).max() ?? 1
    let low = stack.lowers.last?.filter(\.isFinite).min() ?? 0
    // Shares add up to one but for rounding: then one is the top.
    let top = high > 0.999 && high < 1.001 ? 1 : high
    let isWhole = top == 1 || high == 0
    let scale = ValueScale(
      linear: min(low, 0)...max(top, 0), count: 4, pinned: isWhole ? [0, 1] : [0])
    let dates = DateScale(firstDay: firstDay, lastDay: lastDay)
    let digits = scale.tickDigits(scaledBy: format.scale)
    let paints = layers.map {
      $0.isRest ? "var(--rest)" : colours.colour($0.name, .member)
    }
    frame.yTicks = scale.ticks.map {
      .init(
        position: scale.position($0),
        label: NumberText.fixed($0 * format.scale, digits: digits) + format.suffix)
    }
    frame.xTicks = dates.ticks.map { .init(position: dates.position($0.day), label: $0.label) }
    frame.zero = low < 0 ? scale.position(0) : nil
    for (index, entry) in layers.enumerated().reversed() {
      let last = entry.values.last { $0.isFinite } ?? .nan
      let text = format.text(last)
      frame.legend.append(
        .init(name: entry.name, colour: paints[index], shape: .swatch, value: text))
      if last.isFinite, let (upper, lower) = stack.lastEdges(of: index) {
        frame.ends.append(
          .init(
            position: scale.position((upper + lower) / 2), name: entry.name, value: text,
            colour: paints[index]))
      }
    }
    frame.hover = HoverData.json(
      layers.indices.reversed().map {
        (layers[$0].name, paints[$0], days, layers[$0].values)
      },
      format: format)
    let positions = days.map { dates.position($0) }
    frame.write(into: &html) { html in
      // From the outside in: each layer reaches down to zero and is covered by the next one, so that
      // every edge can be thinned out by itself without leaving gaps.
      for index in layers.indices.reversed() {
        let name = "\(layers[index].name): \(frame.legend[layers.count - 1 - index].value)"
        html.element("g", ["class": "layer", "style": "--c:\(paints[index])"]) { html in
          html.element("title", text: name)
          for edge in [stack.uppers[index], stack.lowers[index]] {
            guard edge.contains(where: { $0.isFinite && $0 != 0 }) else { continue }
            let heights = edge.map { $0.isFinite ? scale.position($0) : .nan }
            let kept = Decimation.indices(
              positions: positions, values: heights, columns: Self.columns)
            let path = SVGPath(
              areaBelow: kept.map { positions[$0] }, kept.map { heights[$0] },
              edge: scale.position(0))
            html.void("path", ["d": path.text])
          }
        }
      }
    }
  }

  /// The layers to draw: all, or the largest and the sum of the rest on top.
  static func gathered(_ layers: [Layer]) -> [Layer] {
    guard layers.count > maximumLayers else { return layers }
    let sizes = layers.map { layer in
      layer.values.reduce(0) { $0 + ($1.isFinite ? abs($1) : 0) }
    }
    let bySize = layers.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    let largest = Set(bySize.prefix(maximumLayers - 1))
    let rest = layers.indices.filter { !largest.contains($0) }
    var sum = [Double](repeating: 0, count: layers[0].values.count)
    for index in rest {
      for (day, value) in layers[index].values.enumerated() { sum[day] += value }
    }
    return layers.indices.filter { largest.contains($0) }.map { layers[$0] }
      + [Layer("\(rest.count) others", sum, isRest: true)]
  }

  /// The outer edges of the layers: positive parts stacked upwards, negative ones downwards.
  private struct Stack {
    var uppers: [[Double]] = []
    var lowers: [[Double]] = []
    private let values: [[Double]]

    init(_ layers: [Layer], count: Int) {
      values = layers.map(\.values)
      var upper = [Double](repeating: 0, count: count)
      var lower = upper
      for day in 0..<count where values.contains(where: { !$0[day].isFinite }) {
        (upper[day], lower[day]) = (.nan, .nan)
      }
      for values in values {
        for day in 0..<count {
          if values[day] > 0 { upper[day] += values[day] } else { lower[day] += values[day] }
        }
        uppers.append(upper)
        lowers.append(lower)
      }
    }

    /// Where a layer lies on the last day that has values.
    func lastEdges(of index: Int) -> (Double, Double)? {
      guard let day = uppers[index].lastIndex(where: \.isFinite) else { return nil }
      let value = values[index][day]
      let edge = value > 0 ? uppers[index][day] : lowers[index][day]
      return (edge, edge - value)
    }
  }
}
