import Testing

@testable import Train

@Suite struct PlotFrameTests {
  private func spread(_ positions: [Double], height: Int = 170) -> [Double] {
    PlotFrame.spread(
      positions.map { .init(position: $0, name: "", value: "", colour: "") }, height: height
    ).map(\.position)
  }

  @Test(arguments: [
    [0.5, 0.5, 0.5], [1, 1, 0.99, 0], [0, 0.01, 0.02], [0.9, 0.1], [0.3, 0.95, 0.96, 0.97, 1],
  ])
  func labelsNeverOverlapNorLeaveTheirOrder(positions: [Double]) {
    let result = spread(positions)
    #expect(zip(result, result.dropFirst()).allSatisfy { $1 - $0 > 0.0999 })
    #expect(result.last.map { $0 <= 1 } == true)
  }

  @Test func labelsWithRoomStayWhereTheyAre() {
    #expect(spread([0.2, 0.7, 0.4]) == [0.2, 0.4, 0.7])
  }

  @Test(arguments: [
    (0.0, "0%"), (0.5, "50%"), (0.12345, "12.35%"), (1.0 / 300, "0.33%"), (0.0104, "1.04%"),
    (-0.005, "-0.50%"), (-0.0204, "-2.04%"), (1, "100%"),
  ])
  func percentagesAreShort(position: Double, text: String) {
    #expect(PlotFrame.percent(position) == text)
  }
}
