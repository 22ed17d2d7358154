/// One round of walk-forward: ranges of decisions to train on, to validate on, and to test on.
package struct Fold: Sendable, Hashable {
  /// The position among the folds, from 0.
  package let index: Int
  package let train: Range<Int>
  package let validation: Range<Int>
  package let test: Range<Int>
}
