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
      #expect(fold.train.upperBound + plan.gap == fold.validation.lowerBound)
      #expect(fold.validation.upperBound + plan.gap == fold.test.lowerBound)
      #expect(fold.validation.count == 10)
      #expect(scheme == .rolling ? fold.train.count == 30 : fold.train.lowerBound == 3)
    }
  }

  @Test(arguments: WalkForward.Scheme.allCases)
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
}
