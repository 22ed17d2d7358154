import Testing

@testable import Train

@Suite struct AreaChartTests {
  private func draw(_ layers: [AreaChart.Layer], days: [Int]) -> Markup {
    var html = HTMLWriter()
    var colours = SeriesColours()
    AreaChart("t", axisTitle: "a", days: days, layers: layers).write(into: &html, colours: &colours)
    return Markup(html.text)
  }

  @Test func sharesFillThePictureFromBottomToTop() {
    let markup = draw([.init("a", [0.25, 0.5]), .init("b", [0.75, 0.5])], days: [0, 10])
    let paths = markup.all("path").compactMap {
      $0.attributes["class"] == nil ? $0.attributes["d"] : nil
    }
    // The upper layer is drawn first, down to zero; the lower one covers its foot.
    #expect(paths == ["M0 0l2000 0 0 1000-2000 0z", "M0 750l2000-250 0 500-2000 0z"])
  }

  @Test func negativePartsHangFromZero() {
    let markup = draw([.init("a", [1.5, 1.5]), .init("b", [-0.5, -0.5])], days: [0, 10])
    #expect(markup.fault == nil)
    #expect(markup.all("path", class: "zero").count == 1)
    #expect(markup.all("g", class: "layer").count == 2)
  }

  @Test func theSmallestPartsAreGathered() {
    let layers = (0..<15).map { AreaChart.Layer("\($0)", [Double($0 % 5), 1]) }
    let gathered = AreaChart.gathered(layers)
    #expect(gathered.count == AreaChart.maximumLayers)
    #expect(gathered.last?.name == "6 others")
    #expect(gathered.map(\.values).reduce(0) { $0 + $1[0] } == 30)
    #expect(
      gathered.dropLast().map(\.name) == ["2", "3", "4", "7", "8", "9", "12", "13", "14"])
  }

  @Test func missingDaysInterruptTheStack() {
    let markup = draw(
      [.init("a", [1, .nan, 1, 1]), .init("b", [0, 0, 0, 0])], days: [0, 1, 2, 3])
    let path = markup.all("path").compactMap {
      $0.attributes["class"] == nil ? $0.attributes["d"] : nil
    }
    #expect(path.allSatisfy { $0.filter { $0 == "M" }.count == 2 })
  }
}
