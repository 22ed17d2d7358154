extension CurveChart {
  func write(into html: inout HTMLWriter, colours: inout SeriesColours) {
    var frame = PlotFrame(
      title: title, axisTitle: "\(axisTitle) · by \(xTitle)", note: note)
    frame.height = 300
    let x = (curves.flatMap(\.x) + bands.flatMap(\.x)).filter(\.isFinite)
    let y = (curves.flatMap(\.y) + bands.flatMap { $0.lower + $0.upper }).filter(\.isFinite)
    guard let low = y.min(), let high = y.max(), let left = x.min(), let right = x.max() else {
      frame.note = note.isEmpty ? "No data." : "No data. \(note)"
      frame.height = 60
      return frame.write(into: &html) { _ in }
    }
    let scale = ValueScale(linear: format.domain(low...high))
    let span = right > left ? right - left : 1
    let across = ValueScale(linear: left...(left + span), count: 6, padding: 0)
    func position(_ x: Double) -> Double { (x - left) / span }
    let paints = Dictionary(
      curves.map { ($0.name, colours.colour($0.name, $0.role)) }, uniquingKeysWith: { a, _ in a })
    let digits = scale.tickDigits(scaledBy: format.scale)
    frame.yTicks = scale.ticks.map {
      .init(
        position: scale.position($0),
        label: NumberText.fixed($0 * format.scale, digits: digits) + format.suffix)
    }
    let xDigits = across.tickDigits(scaledBy: xFormat.scale)
    frame.xTicks = across.ticks.map {
      .init(
        position: position($0),
        label: NumberText.fixed($0 * xFormat.scale, digits: xDigits) + xFormat.suffix)
    }
    frame.zero = low < 0 && high > 0 ? scale.position(0) : nil
    for curve in curves {
      let isModel = curve.role == .model
      guard let paint = paints[curve.name] else { continue }
      let last = curve.y.last { $0.isFinite }
      let text = last.map(format.text) ?? "–"
      frame.legend.append(.init(name: curve.name, colour: paint, value: text, isStrong: isModel))
      guard let last else { continue }
      frame.ends.append(
        .init(
          position: scale.position(last), name: curve.name, value: text, colour: paint,
          isStrong: isModel))
    }
    frame.hover = HoverData.json(
      curves.map { ($0.name, paints[$0.name] ?? "", $0.x, $0.y) }, format: format,
      xTitle: xTitle, xFormat: xFormat)
    frame.write(into: &html) { html in
      for band in bands {
        let edges =
          zip(band.x, band.upper).map { (position($0), scale.position($1)) }
          + zip(band.x, band.lower).reversed().map { (position($0), scale.position($1)) }
        html.void(
          "path",
          [
            "class": "wash", "style": "--c:\(paints[band.name] ?? "var(--rest)")",
            "d": SVGPath(line: edges.map(\.0), edges.map(\.1)).text + "z",
          ])
      }
      let order = curves.filter { $0.role != .model } + curves.filter { $0.role == .model }
      for curve in order {
        let kind =
          curve.role == .model ? "strong" : curve.role == .baseline ? "muted" : "plain"
        let heights = curve.y.map { $0.isFinite ? scale.position($0) : .nan }
        html.element(
          "path",
          [
            "class": "line \(kind)", "style": "--c:\(paints[curve.name] ?? "var(--rest)")",
            "d": SVGPath(line: curve.x.map(position), heights).text,
          ]
        ) { $0.element("title", text: curve.name) }
      }
    }
  }
}
