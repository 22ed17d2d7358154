/// One round of training and testing: decisions to train on, to validate on, and to test on.
///
/// In walk-forward, training and test are one part each; combinatorial folds have several.
struct Fold: Sendable, Hashable {
  /// The position among the folds, from 0.
  let index: Int
  /// The parts to train on, in order of time; never empty.
  let trainParts: [Range<Int>]
  let validation: Range<Int>
  /// The parts to test on, in order of time; never empty.
  let testParts: [Range<Int>]

  /// A fold of one part each.
  init(index: Int, train: Range<Int>, validation: Range<Int>, test: Range<Int>) {
    self.init(index: index, trainParts: [train], validation: validation, testParts: [test])
  }

  /// A fold of several parts.
  init(
    index: Int, trainParts: [Range<Int>], validation: Range<Int>, testParts: [Range<Int>]
  ) {
    self.index = index
    self.trainParts = trainParts
    self.validation = validation
    self.testParts = testParts
  }

  /// From the first to the last training decision: the training part, in walk-forward.
  var train: Range<Int> { Self.span(trainParts) }

  /// From the first to the last tested decision: the test, in walk-forward.
  var test: Range<Int> { Self.span(testParts) }

  /// Like `folds/03`.
  var folder: String { Self.folder(index) }

  /// The folder of fold number `index`.
  static func folder(_ index: Int) -> String {
    index < 10 ? "folds/0\(index)" : "folds/\(index)"
  }

  /// What the decisions from the first to the last of the fold are for, in order of time: nil
  /// stands for those left out.
  var stretches: [(use: Use?, decisions: Range<Int>)] {
    let used =
      (trainParts.map { (Use.training, $0) } + [(Use.validation, validation)]
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

  private static func span(_ parts: [Range<Int>]) -> Range<Int> {
    guard let first = parts.first, let last = parts.last else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }
}
