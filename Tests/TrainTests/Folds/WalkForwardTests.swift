import Finance
import Testing

@testable import Train

@Suite struct WalkForwardTests {
  private func plan(_ scheme: WalkForward.Scheme, purge: Int = 2, embargo: Int = 1) -> WalkForward {
    WalkForward(
      scheme: scheme, train: 30, validation: 10, test: 12, purge: purge, embargo: embargo)
  }

  @Test(arguments: WalkForward.Scheme.allCases, [0, 1, 5])
  func partsAreInOrderWithGapsBetween(_ scheme: WalkForward.Scheme, _ embargo: Int) throws {
    let plan = plan(scheme, embargo: embargo)
    let folds = try plan.folds(available: 3..<150, firstTest: 80)
    for fold in folds {
      #expect(fold.train.upperBound + plan.gap == fold.splits[0].validation.lowerBound)
      #expect(fold.splits[0].validation.upperBound + plan.gap == fold.test.lowerBound)
      #expect(fold.splits[0].validation.count == 10)
      #expect(scheme == .rolling ? fold.train.count == 30 : fold.train.lowerBound == 3)
    }
  }

  @Test(arguments: [WalkForward.Scheme.expanding, .rolling])
  func testsCoverEverythingOnceInOrder(_ scheme: WalkForward.Scheme) throws {
    let folds = try plan(scheme).folds(available: 3..<150, firstTest: 80)
    #expect(folds.flatMap { Array($0.test) } == Array(80..<150))
    #expect(folds.map(\.index) == Array(0..<6))
  }

  @Test func tooLittleHistoryIsRefusedWithNumbers() {
    let error = #expect(throws: FoldError.self) {
      try plan(.expanding).folds(available: 0..<60, firstTest: 45)
    }
    #expect(
      error?.description.hasPrefix(
        "the first fold needs 46 decisions before its test (train 30 + gap 3 + validation 10 + gap 3)"
          + ", but there are 45") == true)
    #expect(throws: FoldError.self) {
      try plan(.expanding).folds(available: 0..<60, firstTest: 60)
    }
  }

  @Test func aSingleSplitTestsToTheEnd() throws {
    let folds = try plan(.single).folds(available: 3..<150, firstTest: 80)
    #expect(folds.count == 1 && folds[0].test == 80..<150 && folds[0].train.lowerBound == 3)
  }

  /// Weekly decisions from a Monday; a fold begins with the first one of each calendar period.
  @Test(arguments: [(WalkForward.Refit.month, 12), (.quarter, 4), (.year, 1)])
  func refitsFollowTheCalendar(_ refit: WalkForward.Refit, _ perYear: Int) throws {
    let dates = (0..<400).map { CalendarDate(days: 10_956 + 7 * $0) }
    var plan = plan(.expanding)
    plan.refit = refit
    let folds = try plan.folds(available: 0..<400, firstTest: 100, dates: dates)
    #expect(folds.flatMap { Array($0.test) } == Array(100..<400))
    for fold in folds.dropFirst() {
      let (before, first) = (dates[fold.test.lowerBound - 1], dates[fold.test.lowerBound])
      #expect(refit.separates(before, first))
      #expect(!refit.separates(first, dates[fold.test.upperBound - 1]))
    }
    #expect(abs(folds.count - perYear * 300 / 52) <= 2)
  }
}
