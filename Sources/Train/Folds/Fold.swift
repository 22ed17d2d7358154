internal import Autodiff

/// One round of training and testing: decisions to train on, to validate on, and to test on.
///
/// In walk-forward, training and test are one part each; combinatorial folds have several. Where the
/// block of validation rotates, the members of an ensemble train on different splits.
struct Fold: Sendable, Hashable {
  /// What a member trains on, and the block that chooses its epoch.
  struct Split: Sendable, Hashable {
    /// The parts to train on, in order of time; never empty.
    let trainParts: [Range<Int>]
    let validation: Range<Int>
  }

  /// The shortest part worth training on.
  static let shortest = 8

  /// The position among the folds, from 0.
  let index: Int
  /// What the members take turns at; one for all of them, unless validation rotates.
  let splits: [Split]
  /// The parts to test on, in order of time; never empty.
  let testParts: [Range<Int>]

  /// A fold of one part each.
  init(index: Int, train: Range<Int>, validation: Range<Int>, test: Range<Int>) {
    self.init(
      index: index, splits: [Split(trainParts: [train], validation: validation)],
      testParts: [test])
  }

  /// A fold of several parts or splits.
  init(index: Int, splits: [Split], testParts: [Range<Int>]) {
    check(!splits.isEmpty, "Fold: no split")
    self.index = index
    self.splits = splits
    self.testParts = testParts
  }

  /// The split of a member.
  func split(of member: Member) -> Split { splits[member.number % splits.count] }

  /// From the first to the last decision that any member trains on: the training part, in walk-forward.
  var train: Range<Int> {
    let parts = splits.flatMap(\.trainParts)
    guard let first = parts.map(\.lowerBound).min(), let end = parts.map(\.upperBound).max() else {
      return 0..<0
    }
    return first..<end
  }

  /// From the first to the last tested decision: the test, in walk-forward.
  var test: Range<Int> {
    guard let first = testParts.first, let last = testParts.last else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }

  /// Like `folds/03`.
  var folder: String { Self.folder(index) }

  /// The folder of fold number `index`.
  static func folder(_ index: Int) -> String {
    index < 10 ? "folds/0\(index)" : "folds/\(index)"
  }

  /// The splits with what people call them, counted from 1: `3`, or `3.1`, `3.2` where there are several.
  var namedSplits: [(name: String, split: Split)] {
    splits.enumerated().map { number, split in
      ("\(index + 1)" + (splits.count > 1 ? ".\(number + 1)" : ""), split)
    }
  }

  /// What the decisions from the first to the last of a split and the tests are for, in order of time: nil
  /// stands for those left out.
  func stretches(of split: Split) -> [(use: Use?, decisions: Range<Int>)] {
    let used =
      (split.trainParts.map { (Use.training, $0) } + [(Use.validation, split.validation)]
      + testParts.map { (Use.test, $0) }).sorted { $0.1.lowerBound < $1.1.lowerBound }
    var result: [(use: Use?, decisions: Range<Int>)] = []
    for (use, decisions) in used {
      if let end = result.last?.decisions.upperBound, end < decisions.lowerBound {
        result.append((nil, end..<decisions.lowerBound))
      }
      result.append((use, decisions))
    }
    return result
  }

  /// What a decision is for.
  enum Use: Sendable {
    case training
    case validation
    case test
  }
}
