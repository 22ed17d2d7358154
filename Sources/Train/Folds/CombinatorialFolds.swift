/// Combinatorial purged cross-validation, counted in decisions.
///
/// History is cut into `groups` contiguous groups; every choice of `tested` of them is a fold that
/// tests on these and trains on the rest, `purge` decisions before and `purge + embargo` after each
/// test group left out. The last training part that is long enough gives its end to validation.
/// Every group is tested in `C(groups − 1, tested − 1)` folds; taking the j-th of each gives as many
/// backtest paths through the whole history.
///
/// Training decisions may follow the tested ones in time. The paths therefore say how much a
/// result depends on one course of history, not what could have been earned.
///
/// - Source: López de Prado (2018), *Advances in Financial Machine Learning*, §§7.4 and 12.4.
struct CombinatorialFolds: Sendable, Hashable {
  var groups: Int
  var tested: Int
  var validation: Int
  var purge: Int
  var embargo: Int

  /// The folds of decisions `available`, the choices in lexicographic order.
  func folds(available: Range<Int>) throws(FoldError) -> [Fold] {
    guard available.count / groups >= purge + Fold.shortest else {
      throw .tooManyGroups(self, available: available.count)
    }
    var folds: [Fold] = []
    for choice in Self.choices(tested, of: groups) {
      folds.append(try fold(folds.count, testing: choice, available))
    }
    return folds
  }

  /// The decisions of a group; sizes differ by at most one.
  func group(_ index: Int, of available: Range<Int>) -> Range<Int> {
    let start = available.lowerBound
    return start + available.count * index / groups..<start + available.count * (index + 1) / groups
  }

  private func fold(
    _ index: Int, testing choice: [Int], _ available: Range<Int>
  ) throws(FoldError) -> Fold {
    let tests = choice.map { group($0, of: available) }
    var parts: [Range<Int>] = []
    var start = available.lowerBound
    for test in tests {
      let end = test.lowerBound - purge
      if end - start >= Fold.shortest { parts.append(start..<end) }
      start = test.upperBound + purge + embargo
    }
    if available.upperBound - start >= Fold.shortest {
      parts.append(start..<available.upperBound)
    }
    let gap = purge + embargo
    let needed = validation + gap + Fold.shortest
    guard let last = parts.lastIndex(where: { $0.count >= needed }) else {
      throw .noValidation(self, fold: index, longest: parts.map(\.count).max() ?? 0)
    }
    let end = parts[last].upperBound
    let held = end - validation..<end
    parts[last] = parts[last].lowerBound..<held.lowerBound - gap
    return Fold(
      index: index, splits: [Fold.Split(trainParts: parts, validation: held)], testParts: tests)
  }

  /// Every choice of `count` from `0..<total`, in lexicographic order.
  static func choices(_ count: Int, of total: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return (0..<total).flatMap { first in
      choices(count - 1, of: total - first - 1).map { [first] + $0.map { $0 + first + 1 } }
    }
  }
}
