extension TrainingCurves {
  fileprivate static let trainingPaint = "var(--b1)"
  fileprivate static let validationPaint = "var(--m)"

  func write(into html: inout HTMLWriter) {
    var frame = PlotFrame(title: title, axisTitle: axisTitle + ", by epoch", note: note)
    frame.legend = [
      .init(name: "training", colour: Self.trainingPaint),
      .init(name: "validation", colour: Self.validationPaint, isStrong: true),
    ]
    let runs = panels.flatMap(\.runs)
    if runs.contains(where: { $0.bestEpoch != nil }) {
      frame.legend.append(.init(name: "epoch kept", colour: "var(--m)", shape: .dot))
    }
    if panels.contains(where: { $0.runs.count > 1 }) {
      frame.legend.append(.init(name: "other seeds, faint", colour: "var(--rest)"))
    }
    let shared = sharesScale ? Self.range(runs) : nil
    html.element("figure", ["class": "chart"]) { html in
      frame.caption(into: &html)
      PlotFrame.write(legend: frame.legend, into: &html)
      html.element("div", ["class": "panels"]) { html in
        for panel in panels { panel.write(into: &html, range: shared ?? Self.range(panel.runs)) }
      }
      if !note.isEmpty { html.element("p", ["class": "note"], text: note) }
    }
  }

  private static func range(_ runs: [Run]) -> ClosedRange<Double>? {
    let losses = runs.flatMap { $0.training + $0.validation }.filter(\.isFinite)
    guard let low = losses.min(), let high = losses.max() else { return nil }
    return low...high
  }
}

extension TrainingCurves.Panel {
  fileprivate func write(into html: inout HTMLWriter, range: ClosedRange<Double>?) {
    let scale = ValueScale(linear: range ?? 0...1, count: 3)
    let digits = scale.tickDigits(scaledBy: 1)
    let epochs = max(2, runs.map { max($0.training.count, $0.validation.count) }.max() ?? 2)
    html.element("div", ["class": "panel"]) { html in
      html.element("h4") { html in
        html.element("span", text: title)
        if let best = runs.first?.bestEpoch {
          html.element("i", text: "epoch \(best)/\(epochs)")
        }
      }
      html.element("div", ["class": "plot", "style": "--h:120px"]) { html in
        html.element("div", ["class": "yaxis"]) { html in
          for tick in scale.ticks {
            let style = "top:\(PlotFrame.percent(scale.position(tick)))"
            html.element("span", ["style": style], text: NumberText.fixed(tick, digits: digits))
          }
        }
        html.element("div", ["class": "area"]) { html in
          html.element(
            "svg",
            [
              "viewBox": "0 0 \(SVGPath.width) \(SVGPath.height)", "preserveAspectRatio": "none",
              "role": "img", "aria-label": "\(title): training and validation loss by epoch",
            ]
          ) { html in
            let grid = scale.ticks.map {
              "M0 \(Int((scale.position($0) * 1000).rounded()))h2000"
            }.joined()
            if !grid.isEmpty { html.void("path", ["class": "grid", "d": grid]) }
            for (index, run) in runs.enumerated().reversed() {
              draw(run, isStrong: index == 0, epochs, scale, into: &html)
            }
          }
        }
        html.element("div", ["class": "xaxis"]) { html in
          html.element("span", ["style": "left:0%"], text: "1")
          html.element("span", ["style": "left:100%"], text: "\(epochs)")
        }
      }
      PlotFrame.write(hover: hover, into: &html)
    }
  }

  /// The losses of the first run under the pointer.
  private var hover: JSONValue? {
    guard let run = runs.first else { return nil }
    return HoverData.json(
      [
        ("training", TrainingCurves.trainingPaint, run.training),
        ("validation", TrainingCurves.validationPaint, run.validation),
      ].map { name, paint, losses in
        (name, paint, losses.indices.map { Double($0 + 1) }, losses)
      }, format: .number(digits: 4), xTitle: "epoch", xFormat: .number(digits: 0))
  }

  private func draw(
    _ run: TrainingCurves.Run, isStrong: Bool, _ epochs: Int, _ scale: ValueScale,
    into html: inout HTMLWriter
  ) {
    func position(_ epoch: Int) -> Double { Double(epoch - 1) / Double(epochs - 1) }
    let curves = [
      ("training", run.training, TrainingCurves.trainingPaint, "plain"),
      ("validation", run.validation, TrainingCurves.validationPaint, "strong"),
    ]
    for (name, losses, paint, kind) in curves {
      let x = losses.indices.map { position($0 + 1) }
      let y = losses.map { $0.isFinite ? scale.position($0) : .nan }
      let kept = Decimation.indices(positions: x, values: y, columns: 250)
      let path = SVGPath(line: kept.map { x[$0] }, kept.map { y[$0] })
      guard !path.text.isEmpty else { continue }
      html.element(
        "path",
        [
          "class": "line \(isStrong ? kind : "faint")", "style": "--c:\(paint)", "d": path.text,
        ]
      ) { $0.element("title", text: "\(run.name), \(name)") }
    }
    guard isStrong, let best = run.bestEpoch, best >= 1, best <= run.validation.count,
      run.validation[best - 1].isFinite
    else { return }
    let loss = run.validation[best - 1]
    let x = [position(best)]
    html.element(
      "path",
      [
        "class": "dot", "style": "--c:\(TrainingCurves.validationPaint)",
        "d": SVGPath(line: x, [scale.position(loss)]).text,
      ]
    ) { $0.element("title", text: "epoch \(best): \(NumberText.fixed(loss, digits: 4))") }
  }
}
