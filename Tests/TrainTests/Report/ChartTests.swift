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
