import Testing

@testable import Train

@Suite struct CombinatorialFoldsTests {
  private let plan = CombinatorialFolds(groups: 6, tested: 2, validation: 20, purge: 2, embargo: 3)

  /// C(6, 2) folds, and every decision tested in C(5, 1) of them.
  @Test func everyChoiceIsAFold() throws {
    let folds = try plan.folds(available: 7..<607)
    #expect(folds.count == 15)
    var counts = [Int](repeating: 0, count: 607)
    for fold in folds { for part in fold.testParts { for d in part { counts[d] += 1 } } }
    #expect(counts[7...].allSatisfy { $0 == 5 } && counts[..<7].allSatisfy { $0 == 0 })
    #expect(Set(folds.map(\.testParts)).count == 15)
  }

  @Test func purgeAndEmbargoSeparateTrainingFromTestAndValidation() throws {
    for fold in try plan.folds(available: 7..<607) {
      let training = fold.splits[0].trainParts.flatMap { Array($0) }
      #expect(fold.splits[0].validation.count == 20)
      for part in fold.testParts {
        for d in training + Array(fold.splits[0].validation) {
          #expect(!part.contains(d))
          #expect(d < part.lowerBound - 2 || d >= part.upperBound + 5, "\(fold) \(d)")
        }
      }
      for d in training {
        #expect(
          d < fold.splits[0].validation.lowerBound - 5 || d >= fold.splits[0].validation.upperBound)
      }
      #expect(fold.stretches(of: fold.splits[0]).map(\.decisions).allSatisfy { !$0.isEmpty })
    }
  }

  @Test func groupsOfAnyCountCoverEverything() throws {
    let plan = CombinatorialFolds(groups: 7, tested: 1, validation: 10, purge: 1, embargo: 0)
    #expect((0..<7).flatMap { Array(plan.group($0, of: 3..<250)) } == Array(3..<250))
  }

  @Test func tooLittleHistoryIsRefusedWithNumbers() {
    let few = #expect(throws: FoldError.self) { try plan.folds(available: 0..<50) }
    #expect(few?.description.hasPrefix("50 decisions make groups of 8") == true)
    let long = CombinatorialFolds(groups: 6, tested: 2, validation: 500, purge: 2, embargo: 3)
    let none = #expect(throws: FoldError.self) { try long.folds(available: 0..<600) }
    #expect(none?.description.contains("too few for folds.validation (500)") == true)
  }
}
