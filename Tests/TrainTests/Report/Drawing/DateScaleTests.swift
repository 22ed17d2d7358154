import Finance
import Testing

@testable import Train

@Suite struct DateScaleTests {
  private func labels(_ from: (Int, Int, Int), _ to: (Int, Int, Int)) throws -> [String] {
    let first = try #require(CalendarDate(year: from.0, month: from.1, day: from.2))
    let last = try #require(CalendarDate(year: to.0, month: to.1, day: to.2))
    return DateScale(firstDay: first.days, lastDay: last.days).ticks.map(\.label)
  }

  @Test func ticksSuitTheSpan() throws {
    #expect(try labels((2008, 3, 3), (2023, 11, 1)) == ["2010", "2015", "2020"])
    #expect(try labels((2018, 1, 1), (2021, 6, 1)) == ["2018", "2019", "2020", "2021"])
    #expect(try labels((2019, 11, 20), (2020, 7, 1)) == ["2020", "Mar", "May", "Jul"])
    #expect(
      try labels((2020, 2, 27), (2020, 3, 3)) == [
        "27 Feb", "28 Feb", "29 Feb", "1 Mar", "2 Mar", "3 Mar",
      ])
    #expect(try labels((1926, 1, 1), (2024, 1, 1)) == ["1940", "1960", "1980", "2000", "2020"])
  }

  @Test(arguments: [0, 1, 5, 30, 61, 200, 400, 899, 901, 3000, 12_000, 60_000])
  func ticksAreFewIncreasingAndInside(span: Int) {
    for start in stride(from: -9000, to: 9000, by: 371) {
      let scale = DateScale(firstDay: start, lastDay: start + span)
      let positions = scale.ticks.map { scale.position($0.day) }
      #expect(positions.count <= DateScale.maximumTicks + 1)
      #expect(positions.allSatisfy { (0...1).contains($0) })
      #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}
