import Testing

@testable import Train

@Suite struct ChartTests {
  private func draw(_ content: ReportContent) -> Markup {
    var html = HTMLWriter()
    var colours = SeriesColours()
    content.write(into: &html, colours: &colours)
    return Markup("<r>\(html.text)</r>")
  }

  @Test func cellsAreShadedByTheirSize() {
    let markup = draw(
      .map(
        HeatMap(
          "<m>", axisTitle: "%", format: .percent(digits: 1), shading: .diverging,
          rows: ["2001"], columns: ["Jan", "Feb", "Mar", "Year"],
          values: [[0.02, -0.01, .nan, 0.01]], shadedColumns: 3)))
    #expect(markup.fault == nil)
    let cells = markup.all("td")
    #expect(cells.map(\.text) == ["2.0", "−1.0", "", "1.0"])
    #expect(cells[0].attributes["style"] == "--c:var(--up);--v:58%")
    #expect(cells[1].attributes["style"] == "--c:var(--down);--v:29%")
    #expect(cells[2].attributes["style"] == nil && cells[3].attributes["style"] == nil)
    #expect(cells[1].attributes["title"] == "2001, Feb: −1.0\u{202F}%")
  }

  @Test func manyColumnsHaveNoNumbers() {
    let markup = draw(
      .map(
        HeatMap(
          "m", axisTitle: "", format: .number(digits: 1), shading: .sequential, rows: ["a"],
          columns: (0..<30).map(String.init), values: [(0..<30).map(Double.init)])))
    #expect(markup.all("table", class: "dense").count == 1)
    let years = draw(
      .map(
        HeatMap(
          "m", axisTitle: "", format: .number(digits: 1), shading: .sequential, rows: ["a"],
          columns: ["2001-01-05", "2001-01-12"], headers: ["2001", ""], values: [[0.5, 1]])))
    #expect(years.all("th").map(\.text).filter { !$0.isEmpty } == ["a"])
    #expect(years.all("td").map { $0.attributes["title"] }.last == "a, 2001-01-12: 1.0")
    #expect(markup.all("td").allSatisfy { $0.text.isEmpty })
  }

  @Test func bandsLieUnderTheirCurves() throws {
    let x = [0.0, 5, 10]
    let markup = draw(
      .curves(
        CurveChart(
          "c", axisTitle: "value", xTitle: "cost", xFormat: .number(digits: 0),
          curves: [
            .init("model", x: x, y: [1, .nan, 3], role: .model),
            .init("other", x: x, y: [2, 2, 2]),
          ], bands: [.init("model", x: x, lower: [0, 1, 2], upper: [2, 3, 4])])))
    #expect(markup.fault == nil)
    let paths = markup.elements.filter { $0.name == "path" }
    let wash = try #require(paths.firstIndex { $0.attributes["class"] == "wash" })
    let line = try #require(paths.firstIndex { $0.attributes["class"] == "line strong" })
    #expect(wash < line && paths[wash].attributes["d"]?.hasSuffix("z") == true)
    #expect(paths[wash].attributes["style"] == paths[line].attributes["style"])
    let script = try #require(markup.all("script").first)
    let data = try JSONValue(strictly: Array(script.text.utf8), file: "hover")
    #expect(data["t"] == "cost" && data["x"] == [0, 5, 10])
  }

  @Test func binsHoldEveryValueOnce() {
    #expect(Histogram.counts([0, 0.1, 0.5, 1], in: 0...1, bins: 2) == [2, 2])
    #expect(Histogram.counts([3, 3], in: 3...3, bins: 4) == [2, 0, 0, 0])
    let markup = draw(
      .histogram(
        Histogram("h", xTitle: "x", values: [1, 2, 2, .nan], marks: [.init("m", 5)])))
    #expect(markup.fault == nil)
    #expect(markup.all("rect", class: "bar").count == 2)
    #expect(markup.all("path", class: "line").count == 1)
  }

  /// Rounding errors are a flat line, and a scale has two ticks at least.
  @Test func roundingErrorsAreFlat() throws {
    let markup = draw(
      .lines(
        LineChart(
          "cash", axisTitle: "", format: .percent(digits: 1),
          series: [DatedSeries("c", days: [1, 2, 3], values: [0, 1e-16, -1e-16])])))
    let line = try #require(markup.all("path", class: "muted").first)
    #expect(line.attributes["d"] == "M0 500l1000 0 1000 0")
    #expect(ValueFormat.percent(digits: 1).domain(0...0.5) == 0...0.5)
    for width in [0.07, 0.13, 0.9] {
      #expect(ValueScale(linear: -0.64...(-0.64 + width), count: 3).ticks.count >= 2)
    }
  }

  @Test func aGateShowsItsWholeRange() {
    let markup = draw(
      .lines(
        LineChart(
          "gates", axisTitle: "", including: 0...1,
          series: [DatedSeries("g", days: [1, 2], values: [1, 1])])))
    let labels = markup.all("span").map(\.text)
    #expect(labels.contains("0.00") && labels.contains("1.00"))
  }

  @Test func barsWithMarginsHaveWhiskers() {
    let markup = draw(
      .bars(
        BarChart(
          "b", axisTitle: "", bars: [.init("sampled", 0.5, margin: 0.25), .init("exact", 0.5)])))
    #expect(markup.fault == nil)
    #expect(markup.all("path", class: "whisker").count == 1)
    #expect(markup.all("span", class: "value").map(\.text) == ["0.50 ± 0.25", "0.50"])
  }

  @Test func emptyChartsSaySo() {
    for content in [
      ReportContent.histogram(Histogram("h", xTitle: "x", values: [.nan])),
      .curves(CurveChart("c", axisTitle: "", xTitle: "", curves: [])),
    ] {
      let markup = draw(content)
      #expect(markup.fault == nil)
      #expect(markup.all("p", class: "note").map(\.text) == ["No data."])
    }
  }

  @Test func tablesEscapeTheirCells() {
    let markup = draw(
      .table(
        ReportTable("t", columns: [.text("a"), .number("b")], rows: [["<x>", "1"]], notes: ["n"])))
    #expect(markup.fault == nil)
    #expect(markup.all("th").map(\.text) == ["", "", "&lt;x&gt;"])
  }
}
