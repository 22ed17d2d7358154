/// One round of walk-forward: ranges of decisions to train on, to validate on, and to test on.
struct Fold: Sendable, Hashable {
  /// The position among the folds, from 0.
  let index: Int
  let train: Range<Int>
  let validation: Range<Int>
  let test: Range<Int>

  /// Like `folds/03`.
  var folder: String { Self.folder(index) }

  /// The folder of fold number `index`.
  static func folder(_ index: Int) -> String {
    index < 10 ? "folds/0\(index)" : "folds/\(index)"
  }
}
