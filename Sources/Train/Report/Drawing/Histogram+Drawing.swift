extension Histogram {
  private static let bins = 40

  func write(into html: inout HTMLWriter, colours: inout SeriesColours) {
    var frame = PlotFrame(title: title, axisTitle: "share of cases · by \(xTitle)", note: note)
    frame.height = 200
    let finite = values.filter(\.isFinite)
    let shown = marks.filter(\.value.isFinite)
    let all = finite + shown.map(\.value)
    guard let low = all.min(), let high = all.max(), !finite.isEmpty else {
      frame.note = note.isEmpty ? "No data." : "No data. \(note)"
      frame.height = 60
      return frame.write(into: &html) { _ in }
    }
    let range = low...(high > low ? high : low + 1)
    let counts = Self.counts(finite, in: range, bins: Self.bins)
    let shares = counts.map { Double($0) / Double(values.count) }
    let scale = ValueScale(linear: 0...max(shares.max() ?? 0, 1e-9), count: 3, pinned: [0])
    let across = ValueScale(linear: range, count: 6, padding: 0)
    let width = range.upperBound - range.lowerBound
    func position(_ x: Double) -> Double { (x - range.lowerBound) / width }
    let digits = scale.tickDigits(scaledBy: 100)
    frame.yTicks = scale.ticks.map {
      .init(
        position: scale.position($0),
        label: NumberText.fixed($0 * 100, digits: digits) + "\u{202F}%")
    }
    let xDigits = across.tickDigits(scaledBy: format.scale)
    frame.xTicks = across.ticks.map {
      .init(
        position: position($0),
        label: NumberText.fixed($0 * format.scale, digits: xDigits) + format.suffix)
    }
    let paints = shown.map { colours.colour($0.name, $0.role) }
    frame.legend = zip(shown, paints).map { mark, paint in
      .init(
        name: mark.name, colour: paint, value: format.text(mark.value),
        isStrong: mark.role == .model)
    }
    frame.write(into: &html) { html in
      let step = 2000 / Double(Self.bins)
      for (bin, share) in shares.enumerated() where share > 0 {
        let top = Int((scale.position(share) * 1000).rounded())
        let from = range.lowerBound + width * Double(bin) / Double(Self.bins)
        let through = range.lowerBound + width * Double(bin + 1) / Double(Self.bins)
        html.element(
          "rect",
          [
            "class": "bar", "style": "--c:var(--t1)",
            "x": "\(Int((Double(bin) * step + 2).rounded()))", "y": "\(top)",
            "width": "\(Int((step - 4).rounded()))", "height": "\(1000 - top)",
          ]
        ) {
          $0.element(
            "title",
            text: "\(format.text(from)) to \(format.text(through)): "
              + ValueFormat.percent(digits: 1).text(share))
        }
      }
      for (mark, paint) in zip(shown, paints) {
        html.element(
          "path",
          [
            "class": "line \(mark.role == .model ? "strong" : "muted")", "style": "--c:\(paint)",
            "d": "M\(Int((position(mark.value) * 2000).rounded())) 0v1000",
          ]
        ) { $0.element("title", text: "\(mark.name): \(format.text(mark.value))") }
      }
    }
  }
}
