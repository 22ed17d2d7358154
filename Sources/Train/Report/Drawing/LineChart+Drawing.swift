extension LineChart {
  func write(into html: inout HTMLWriter, colours: inout SeriesColours) {
    TimePlot(
      title: title, axisTitle: axisTitle + (scale == .logarithmic ? " · logarithmic scale" : ""),
      note: note, format: format, including: including, series: series,
      isLogarithmic: scale == .logarithmic, isBelowZero: false
    ).write(into: &html, colours: &colours)
  }
}

extension DrawdownChart {
  func write(into html: inout HTMLWriter, colours: inout SeriesColours) {
    TimePlot(
      title: title, axisTitle: axisTitle, note: note, format: .percent(digits: 1), including: nil,
      series: series, isLogarithmic: false, isBelowZero: true
    ).write(into: &html, colours: &colours)
  }
}

/// Lines over time, as line charts and drawdown charts share them.
struct TimePlot {
  let title: String
  let axisTitle: String
  let note: String
  let format: ValueFormat
  let including: ClosedRange<Double>?
  let series: [DatedSeries]
  let isLogarithmic: Bool
  /// Zero is the top edge, and the area above the model's line is filled.
  let isBelowZero: Bool

  /// Columns of pixels that lines are thinned out for.
  static let columns = 700

  func write(into html: inout HTMLWriter, colours: inout SeriesColours) {
    var frame = PlotFrame(title: title, axisTitle: axisTitle, note: note)
    frame.height = isBelowZero ? 220 : 320
    frame.isBelowZero = isBelowZero
    let values = series.flatMap(\.values).filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    let days = series.compactMap(\.days.first) + series.compactMap(\.days.last)
    guard var low = values.min(), var high = values.max(), let firstDay = days.min(),
      let lastDay = days.max()
    else {
      frame.note = note.isEmpty ? "No data." : "No data. \(note)"
      frame.height = 60
      return frame.write(into: &html) { _ in }
    }
    if let including {
      (low, high) = (min(low, including.lowerBound), max(high, including.upperBound))
    }
    if !isLogarithmic {
      let domain = format.domain(low...high)
      (low, high) = (domain.lowerBound, domain.upperBound)
    }
    let scale =
      isLogarithmic
      ? ValueScale(logarithmic: low...high)
      : isBelowZero
        ? ValueScale(linear: low...max(0, high), count: 4, pinned: [0])
        : ValueScale(linear: low...high)
    let dates = DateScale(firstDay: firstDay, lastDay: lastDay)
    let paints = series.map { colours.colour($0.name, $0.role) }
    let digits = scale.tickDigits(scaledBy: format.scale)
    frame.yTicks = scale.ticks.map {
      .init(
        position: scale.position($0),
        label: NumberText.fixed($0 * format.scale, digits: digits) + format.suffix)
    }
    frame.xTicks = dates.ticks.map { .init(position: dates.position($0.day), label: $0.label) }
    frame.zero = !isLogarithmic && low <= 0 && high >= 0 || isBelowZero ? scale.position(0) : nil
    for (series, paint) in zip(series, paints) {
      let isModel = series.role == .model
      let last = series.lastValue.map(format.text) ?? "–"
      frame.legend.append(
        .init(name: series.name, colour: paint, value: last, isStrong: isModel))
      guard let value = series.lastValue else { continue }
      let position = scale.position(value)
      if position.isFinite {
        frame.ends.append(
          .init(
            position: position, name: series.name, value: last, colour: paint, isStrong: isModel))
      }
    }
    frame.hover = HoverData.json(
      zip(series, paints).map { ($0.name, $1, $0.days, $0.values) }, format: format)
    frame.write(into: &html) { html in
      // The model is drawn last, on top of everything.
      let order =
        series.indices.filter { series[$0].role != .model }
        + series.indices.filter { series[$0].role == .model }
      for index in order {
        draw(series[index], paints[index], scale, dates, into: &html)
      }
    }
  }

  private func draw(
    _ series: DatedSeries, _ paint: String, _ scale: ValueScale, _ dates: DateScale,
    into html: inout HTMLWriter
  ) {
    let positions = series.days.map { dates.position($0) }
    let heights = series.values.map { $0.isFinite ? scale.position($0) : .nan }
    let kept = Decimation.indices(positions: positions, values: heights, columns: Self.columns)
    let (x, y) = (kept.map { positions[$0] }, kept.map { heights[$0] })
    let name = "\(series.name): \(series.lastValue.map(format.text) ?? "–")"
    if isBelowZero, series.role == .model {
      let area = SVGPath(areaBelow: x, y, edge: scale.position(0))
      html.void("path", ["class": "wash", "style": "--c:\(paint)", "d": area.text])
    }
    let kind = series.role == .model ? "strong" : series.role == .baseline ? "muted" : "plain"
    html.element(
      "path", ["class": "line \(kind)", "style": "--c:\(paint)", "d": SVGPath(line: x, y).text]
    ) { $0.element("title", text: name) }
  }
}
