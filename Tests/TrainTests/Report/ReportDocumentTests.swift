import Autodiff
import Testing

@testable import Train

/// A document with every kind of content, hostile names, gaps and extremes.
private func sample(count: Int = 3000) -> ReportDocument {
  var generator = SplitMix64(seed: 8)
  let days = (0..<count).map { 14_000 + $0 * 7 / 5 }
  func walk(_ missing: Range<Int>) -> [Double] {
    var value = 1.0
    return generator.normals(count).enumerated().map { index, shock in
      value *= 1 + 0.01 * shock
      return missing.contains(index) ? .nan : value
    }
  }
  let model = DatedSeries("Model <&\"'>", days: days, values: walk(100..<140), role: .model)
  let other = DatedSeries("</script><b>x", days: days, values: walk(0..<10))
  let third = DatedSeries("third", days: days, values: walk(0..<0))
  let below = DatedSeries("third", days: days, values: third.values.map { min(0, $0 - 1) })
  let deepest = DatedSeries(
    "Model <&\"'>", days: days, values: days.map { _ in -0.1 }, role: .model)
  let weights = (0..<14).map { AreaChart.Layer("asset \($0)", days.map { _ in 1.0 / 14 }) }
  let run = TrainingCurves.Run(
    "seed 1", training: [1, .nan, 0.5], validation: [1, 0.8, 0.9], bestEpoch: 2)
  let faint = TrainingCurves.Run("seed 2", training: [1, 0.7], validation: [.nan, .infinity])
  return ReportDocument(
    title: "A & B", subtitle: "<script>alert(1)</script>",
    facts: [KeyFact("Sharpe <net>", "1.2", note: "a & b")],
    sections: [
      ReportSection(
        "One", "Text.",
        content: [
          .lines(
            LineChart(
              "Value", axisTitle: "growth", scale: .logarithmic, series: [model, other, third])),
          .drawdowns(DrawdownChart("Drawdown", series: [below, deepest])),
          .areas(AreaChart("Weights", axisTitle: "share", days: days, layers: weights)),
        ]),
      ReportSection(
        "Two",
        content: [
          .trainingCurves(
            TrainingCurves(
              "Curves", axisTitle: "loss", panels: [.init("Fold 1", runs: [run, faint])])),
          .folds(
            FoldTimeline(
              "Folds",
              folds: [
                .init(
                  "1",
                  spans: [
                    .init(.training, firstDay: 14_000, lastDay: 14_400, rows: 280),
                    .init(.purged, firstDay: 14_401, lastDay: 14_410),
                    .init(.test, firstDay: 14_411, lastDay: 14_600),
                  ])
              ])),
          .measures(
            MeasureTable(
              "Measures", measures: [.init("Sharpe", .number(digits: 2), better: .higher)],
              rows: [.init("b", [.init(.nan)]), .init("m", isModel: true, [1.5])])),
          .bars(BarChart("Bars", axisTitle: "x", bars: [.init("a", -1), .init("b", .nan)])),
          .text("Last & least."),
        ]),
    ], footer: "small <print>")
}

@Suite struct ReportDocumentTests {
  static let html = sample().html()
  static let markup = Markup(html)

  @Test func isWellFormed() { #expect(Self.markup.fault == nil) }

  @Test func isTheSameEveryTime() { #expect(sample().html() == Self.html) }

  @Test func needsNothingFromOutside() {
    for word in ["http:", "https:", "url(", "@import", " src=", "<link", "<img", "<iframe"] {
      #expect(!Self.html.contains(word), "\(word)")
    }
    let policy = Self.markup.all("meta").first { $0.attributes["http-equiv"] != nil }
    #expect(policy?.attributes["content"]?.hasPrefix("default-src &#39;none&#39;") == true)
  }

  @Test func missingValuesNeverReachThePicture() {
    for element in Self.markup.elements {
      for (key, value) in element.attributes where key != "aria-label" && key != "title" {
        let text = value.lowercased()
        #expect(!text.contains("nan") && !text.contains("inf"), "\(element.name) \(key): \(value)")
      }
      if let path = element.attributes["d"] {
        #expect(path.allSatisfy { "MmLlHhVvZz-0123456789 ".contains($0) }, "\(path.prefix(60))")
        #expect(path.hasPrefix("M"))
      }
    }
  }

  @Test func everySeriesIsDrawnOnceWithTheModelOnTop() {
    let lines = Self.markup.all("path", class: "line")
    // Three values, two drawdowns, and four curves of which one holds nothing that can be drawn.
    #expect(lines.count == 3 + 2 + 3)
    #expect(lines[2].attributes["class"] == "line strong")
    #expect(lines[2].attributes["style"] == "--c:var(--m)")
    #expect(Self.markup.all("path", class: "wash").count == 1)
    #expect(Self.markup.all("g", class: "layer").count == AreaChart.maximumLayers)
    #expect(Self.markup.all("rect", class: "bar").count == 3 + 2)
    #expect(Self.markup.all("path", class: "dot").count == 1)
  }

  @Test func aNameHasOneColourInAllCharts() {
    let titles = Self.markup.elements.enumerated().filter { $0.element.name == "title" }
    let third = titles.filter { $0.element.text.hasPrefix("third: ") }
      .map { Self.markup.elements[$0.offset - 1].attributes["style"] }
    #expect(third == ["--c:var(--b2)", "--c:var(--b2)"])
  }

  @Test func gapsInterruptLines() {
    let line = Self.markup.all("path", class: "line")[2].attributes["d"] ?? ""
    #expect(line.filter { $0 == "M" }.count == 2)
  }

  @Test func longSeriesAreThinnedOut() {
    let path = Self.markup.all("path", class: "line")[1].attributes["d"] ?? ""
    let numbers = path.split { !"0123456789".contains($0) }.count
    #expect(numbers / 2 <= 4 * (TimePlot.columns + 1))
    #expect(numbers / 2 > TimePlot.columns)
  }

  @Test func valuesUnderThePointerAreJSON() throws {
    let scripts = Self.markup.all("script").filter { $0.attributes["type"] == "application/json" }
    // Three charts and the panel of a fold.
    #expect(scripts.count == 4)
    for script in scripts {
      let data = try JSONValue(strictly: Array(script.text.utf8), file: "hover")
      let days = try #require(data["x"]?.elements)
      #expect(days.count <= HoverData.maximumDates + 1)
      for series in data["s"]?.elements ?? [] {
        #expect(series["v"]?.elements?.count == days.count)
      }
    }
    let names = try JSONValue(strictly: Array(scripts[0].text.utf8), file: "hover")["s"]?.elements
    #expect(names?[1]["n"] == "</script><b>x")
    #expect(names?[1]["v"]?.elements?[0] == nil as JSONValue)
  }

  @Test func tableMarksTheModelAndTheBest() {
    let rows = Self.markup.all("tr")
    #expect(rows.map { $0.attributes["class"] ?? "" } == ["", "model", "baseline"])
  }

  @Test func emptyChartsSaySo() {
    let document = ReportDocument(
      title: "x",
      sections: [
        ReportSection(
          "s",
          content: [
            .lines(LineChart("a", axisTitle: "", series: [])),
            .lines(
              LineChart("b", axisTitle: "", series: [DatedSeries("n", days: [1], values: [.nan])])),
            .areas(AreaChart("c", axisTitle: "", days: [], layers: [])),
            .folds(FoldTimeline("d", folds: [])), .bars(BarChart("e", axisTitle: "", bars: [])),
            .trainingCurves(TrainingCurves("f", axisTitle: "", panels: [.init("p", runs: [])])),
            .drawdowns(DrawdownChart("g", series: [DatedSeries("n", days: [1], values: [0])])),
          ])
      ])
    let markup = Markup(document.html())
    #expect(markup.fault == nil)
    #expect(markup.all("p", class: "note").filter { $0.text == "No data." }.count == 4)
  }
}
