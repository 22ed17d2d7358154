internal import Finance

extension FoldTimeline {
  /// Height of a fold and of its bar, in CSS pixels.
  private static let rowHeight = 22
  private static let barHeight = 12

  func write(into html: inout HTMLWriter) {
    var frame = PlotFrame(title: title, axisTitle: "", note: note)
    let spans = folds.flatMap(\.spans)
    guard let firstDay = spans.map(\.firstDay).min(), let lastDay = spans.map(\.lastDay).max()
    else {
      frame.note = note.isEmpty ? "No data." : "No data. \(note)"
      frame.height = 60
      return frame.write(into: &html) { _ in }
    }
    let dates = DateScale(firstDay: firstDay, lastDay: lastDay + 1)
    let total = folds.count * Self.rowHeight
    frame.height = total
    frame.yTicks = folds.enumerated().map { index, fold in
      .init(position: (Double(index) + 0.5) / Double(folds.count), label: fold.name)
    }
    frame.xTicks = dates.ticks.map { .init(position: dates.position($0.day), label: $0.label) }
    let uses = Use.allCases.filter { use in spans.contains { $0.use == use } }
    frame.legend = uses.map { .init(name: $0.label, colour: $0.colour, shape: .swatch) }
    let unit = Double(SVGPath.height) / Double(total)
    frame.write(into: &html) { html in
      for (index, fold) in folds.enumerated() {
        let top =
          (Double(index * Self.rowHeight) + Double(Self.rowHeight - Self.barHeight) / 2) * unit
        for span in fold.spans {
          let left = Int((dates.position(span.firstDay) * Double(SVGPath.width)).rounded())
          let right = Int((dates.position(span.lastDay + 1) * Double(SVGPath.width)).rounded())
          html.element(
            "rect",
            [
              "class": "bar", "style": "--c:\(span.use.colour)", "x": "\(left)",
              "y": "\(Int(top.rounded()))", "width": "\(max(right - left, 2))",
              "height": "\(Int((Double(Self.barHeight) * unit).rounded()))",
            ]
          ) { $0.element("title", text: span.explanation(in: fold)) }
        }
      }
    }
  }
}

extension FoldTimeline.Use {
  fileprivate var label: String {
    self == .purged ? "purged and embargoed" : rawValue
  }

  fileprivate var colour: String {
    switch self {
    case .training: "var(--t1)"
    case .purged: "var(--t2)"
    case .validation: "var(--t3)"
    case .test: "var(--m)"
    }
  }
}

extension FoldTimeline.Span {
  fileprivate func explanation(in fold: FoldTimeline.Fold) -> String {
    let dates = "\(CalendarDate(days: firstDay)) to \(CalendarDate(days: lastDay))"
    let size = rows.map { ", \($0) rows" } ?? ""
    return "Fold \(fold.name), \(use.label): \(dates)\(size)"
  }
}
