internal import Finance

/// How history is cut into folds that only look back, counted in decisions.
///
/// `train | gap | validation | gap | test`, where a gap is `purge + embargo` decisions: purged so
/// that no holding period of one part reaches into the next, embargoed so that serial correlation
/// does not either. The next fold starts where the test ended; the last test may be shorter. With
/// `validationBlocks` the same decisions before the test are split as in ``RotatingValidation``.
///
/// - Source: López de Prado (2018), *Advances in Financial Machine Learning*, §7.4.
struct WalkForward: Sendable, Hashable {
  enum Scheme: String, Sendable, CaseIterable {
    /// Training starts at the first decision in every fold.
    case expanding
    /// Training has a fixed length and moves along.
    case rolling
    /// One fold, as expanding, whose test is everything that follows.
    case single
  }

  /// When a model is trained anew.
  enum Refit: String, Sendable, CaseIterable {
    /// After so many tested decisions.
    case test
    /// At the first decision of each calendar month, quarter or year.
    case month
    case quarter
    case year

    /// Whether a new period begins between two dates.
    func separates(_ earlier: CalendarDate, _ later: CalendarDate) -> Bool {
      let (a, b) = (earlier.components, later.components)
      return switch self {
      case .test: false
      case .month: (a.year, a.month) != (b.year, b.month)
      case .quarter: (a.year, (a.month - 1) / 3) != (b.year, (b.month - 1) / 3)
      case .year: a.year != b.year
      }
    }
  }

  var scheme: Scheme
  /// The number of decisions to train on: exactly, when rolling; at least, otherwise.
  var train: Int
  var validation: Int
  /// The number of decisions to test on, unless the calendar says when to refit.
  var test: Int
  var purge: Int
  var embargo: Int
  var refit = Refit.test
  /// Blocks of validation that members take turns at; nil: all validate on the last `validation` decisions.
  var validationBlocks: Int?

  var gap: Int { purge + embargo }

  /// The folds of decisions `available`, the first test starting at `firstTest`.
  ///
  /// `dates` are those of all decisions from number 0; only a refit by the calendar reads them.
  /// Throws ``FoldError`` when the first fold has too little history before it or nothing to test.
  func folds(
    available: Range<Int>, firstTest: Int, dates: [CalendarDate] = []
  ) throws(FoldError) -> [Fold] {
    let needed = train + gap + validation + gap
    guard firstTest - available.lowerBound >= needed else {
      throw .tooShort(
        needed: needed, before: max(0, firstTest - available.lowerBound), self)
    }
    guard firstTest < available.upperBound else { throw .nothingToTest }
    let rotation = validationBlocks.map { RotatingValidation(blocks: $0, gap: gap) }
    var folds: [Fold] = []
    var start = firstTest
    while start < available.upperBound {
      let validationEnd = start - gap
      let trainEnd = validationEnd - validation - gap
      let trainStart = scheme == .rolling ? trainEnd - train : available.lowerBound
      let end = testEnd(start, before: available.upperBound, dates)
      let decisions = trainStart..<validationEnd
      if let rotation, !rotation.fits(decisions.count) {
        throw .tooManyBlocks(rotation, fold: folds.count, decisions: decisions.count)
      }
      let last = Fold.Split(
        trainParts: [trainStart..<trainEnd],
        validation: validationEnd - validation..<validationEnd)
      folds.append(
        Fold(
          index: folds.count, splits: rotation?.splits(of: decisions) ?? [last],
          testParts: [start..<end]))
      start = end
    }
    return folds
  }

  private func testEnd(_ start: Int, before limit: Int, _ dates: [CalendarDate]) -> Int {
    if scheme == .single { return limit }
    guard refit != .test else { return min(start + test, limit) }
    var end = start + 1
    while end < limit, !refit.separates(dates[end - 1], dates[end]) { end += 1 }
    return end
  }
}

/// Why history cannot be cut into folds.
enum FoldError: Error, CustomStringConvertible {
  case tooShort(needed: Int, before: Int, WalkForward)
  case nothingToTest
  case tooManyGroups(CombinatorialFolds, available: Int)
  case tooManyBlocks(RotatingValidation, fold: Int, decisions: Int)
  case noValidation(CombinatorialFolds, fold: Int, longest: Int)

  /// Whether an earlier start of the data would mend it.
  var lacksHistory: Bool { if case .nothingToTest = self { false } else { true } }

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
    case .tooManyGroups(let plan, let available):
      """
      \(available) decisions make groups of \(available / plan.groups); expected more than the \
      purge of \(plan.purge) and 8: lower folds.groups, or give more history
      """
    case .tooManyBlocks(let rotation, let fold, let decisions):
      """
      fold \(fold + 1): \(decisions) decisions before the test make blocks of \
      \(decisions / rotation.blocks); expected at least \(rotation.gap + Fold.shortest) (the gap of \
      \(rotation.gap) and \(Fold.shortest)): lower folds.validationBlocks, or give more history
      """
    case .noValidation(let plan, let fold, let longest):
      """
      fold \(fold + 1): the longest training part has \(longest) decisions, too few for \
      folds.validation (\(plan.validation)), a gap of \(plan.purge + plan.embargo) and 8 to train \
      on; lower folds.validation or folds.groups
      """
    }
  }
}
