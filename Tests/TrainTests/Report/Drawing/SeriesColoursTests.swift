import Testing

@testable import Train

@Suite struct SeriesColoursTests {
  @Test func namesKeepTheirColours() {
    var colours = SeriesColours()
    #expect(colours.colour("a", .baseline) == "var(--b1)")
    #expect(colours.colour("b", .baseline) == "var(--b2)")
    #expect(colours.colour("a", .baseline) == "var(--b1)")
    #expect(colours.colour("a", .member) == "var(--a1)")
    #expect(colours.colour("a", .model) == "var(--m)")
    for index in 0..<8 { _ = colours.colour("\(index)", .baseline) }
    #expect(colours.colour("new", .baseline) == "var(--b3)")
  }

  @Test func everyColourIsDefinedInLightAndInDark() {
    let names =
      (1...SeriesColours.baselineCount).map { "--b\($0):" }
      + (1...SeriesColours.memberCount).map { "--a\($0):" }
      + ["--m:", "--rest:", "--t1:", "--t2:", "--t3:", "--page:", "--ink:", "--soft:"]
    let halves = ReportStyleSheet.text.split(separator: "@media screen and (prefers", maxSplits: 1)
    #expect(halves.count == 2)
    for half in halves { for name in names { #expect(half.contains(name), "\(name)") } }
  }
}
