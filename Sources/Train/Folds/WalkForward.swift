/// How history is cut into folds, counted in decisions.
///
/// `train | gap | validation | gap | test`, where a gap is `purge + embargo` decisions: purged so
/// that no holding period of one part reaches into the next, embargoed so that serial correlation
/// does not either. The next fold starts where the test ended; the last test may be shorter.
///
/// - Source: López de Prado (2018), *Advances in Financial Machine Learning*, §7.4.
struct WalkForward: Sendable, Hashable {
  enum Scheme: String, Sendable, CaseIterable {
    /// Training starts at the first decision in every fold.
    case expanding
    /// Training has a fixed length and moves along.
    case rolling
  }

  var scheme: Scheme
  /// The number of decisions to train on: exactly, when rolling; at least, when expanding.
  var train: Int
  var validation: Int
  var test: Int
  var purge: Int
  var embargo: Int

  var gap: Int { purge + embargo }

  /// The folds of decisions `available`, the first test starting at `firstTest`.
  ///
  /// Throws ``FoldError`` when the first fold has too little history before it or nothing to test.
  func folds(available: Range<Int>, firstTest: Int) throws(FoldError) -> [Fold] {
    let needed = train + gap + validation + gap
    guard firstTest - available.lowerBound >= needed else {
      throw .tooShort(
        needed: needed, before: max(0, firstTest - available.lowerBound), self)
    }
    guard firstTest < available.upperBound else { throw .nothingToTest }
    var folds: [Fold] = []
    var start = firstTest
    while start < available.upperBound {
      let validationEnd = start - gap
      let trainEnd = validationEnd - validation - gap
      let trainStart = scheme == .rolling ? trainEnd - train : available.lowerBound
      folds.append(
        Fold(
          index: folds.count, train: trainStart..<trainEnd,
          validation: validationEnd - validation..<validationEnd,
          test: start..<min(start + test, available.upperBound)))
      start += test
    }
    return folds
  }
}

/// Why history cannot be cut into folds.
enum FoldError: Error, CustomStringConvertible {
  case tooShort(needed: Int, before: Int, WalkForward)
  case nothingToTest

  var description: String {
    switch self {
    case .tooShort(let needed, let before, let plan):
      """
      the first fold needs \(needed) decisions before its test (train \(plan.train) + gap \
      \(plan.gap) + validation \(plan.validation) + gap \(plan.gap)), but there are \(before); \
      start the test later, give more history, or shorten folds.train or folds.validation
      """
    case .nothingToTest:
      "no decision is left to test; set folds.firstTest to an earlier date"
    }
  }
}
