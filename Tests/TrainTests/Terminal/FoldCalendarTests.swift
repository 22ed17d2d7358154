import Finance
import Testing

@testable import Train

@Suite struct FoldCalendarTests {
  private let dates = (0..<100).map { CalendarDate(days: 10_957 + 21 * $0) }

  private func calendar(_ folds: [Fold]) -> FoldCalendar {
    FoldCalendar(folds: folds, dates: dates, width: 56, isUnicode: false)
  }

  @Test func aLinePerFoldFromLeftToRight() {
    let folds = [
      Fold(index: 0, train: 0..<40, validation: 44..<60, test: 62..<80),
      Fold(index: 1, train: 0..<60, validation: 64..<80, test: 82..<100),
    ]
    #expect(
      calendar(folds).text == """
                     2001     2002     2003     2004    2005
           1 --------------------..vvvvvvvv.#########
           2 ------------------------------..vvvvvvvv.#########
             - training   v validation   # test   . left out

        """)
  }

  /// Every tested decision's column shows the test where it fills the column.
  @Test func combinatorialFoldsShowTheirParts() throws {
    let plan = CombinatorialFolds(groups: 5, tested: 2, validation: 10, purge: 1, embargo: 0)
    let folds = try plan.folds(available: 0..<100)
    let lines = calendar(folds).text.split(separator: "\n").dropFirst()
    #expect(lines.count == 11)
    #expect(lines.first?.contains("   1 ####################") == true)
    for line in lines.dropLast() { #expect(line.contains("v") && line.contains("-")) }
  }

  @Test func coloursOnlyOnRequest() {
    let folds = [Fold(index: 0, train: 0..<40, validation: 44..<60, test: 62..<80)]
    var calendar = calendar(folds)
    #expect(!calendar.text.contains("\u{1B}"))
    calendar.isColoured = true
    #expect(calendar.text.contains("\u{1B}[32m#"))
    #expect(FoldCalendar(folds: [], dates: dates).text.isEmpty)
  }
}
