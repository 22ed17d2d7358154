import Testing

@testable import Train

@Suite struct SVGPathTests {
  @Test func linesAreRelativeWholeNumbers() {
    let path = SVGPath(line: [0, 0.5, 0.75, 1], [0, 0.25, 0.2, 1])
    #expect(path.text == "M0 0l1000 250 500-50 500 800")
  }

  @Test func missingPointsInterruptTheLineAndLonePointsAreDots() {
    let path = SVGPath(line: [0, 0.25, 0.5, 0.75, 1], [0.1, .nan, 0.2, .infinity, 0.3])
    #expect(path.text == "M0 100h0M1000 200h0M2000 300h0")
    #expect(SVGPath(line: [0, 1], [.nan, .nan]).text.isEmpty)
  }

  @Test func areasCloseOnTheirEdge() {
    let path = SVGPath(areaBelow: [0, 0.5, 0.6, 1], [0.5, 0.25, .nan, 0.1], edge: 1)
    #expect(path.text == "M0 500l1000-250 0 750-1000 0zM2000 100l0 900z")
  }

  @Test func coordinatesStayBounded() {
    #expect(SVGPath(line: [0, 1], [-1e300, 1e300]).text == "M0 -1000l2000 3000")
  }
}
