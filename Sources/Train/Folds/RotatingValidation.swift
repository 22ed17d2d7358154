/// Blocks of validation that the members of an ensemble take turns at.
///
/// The decisions before a test are cut into `blocks` contiguous blocks of equal length; split k validates
/// on block k and trains on all others, `gap` decisions left out on either side of the block. Every
/// decision chooses the epoch of some members and teaches all others, so that the average of the members
/// has learned from all of them.
///
/// - Source: Krogh & Vedelsby (1995), *Neural Network Ensembles, Cross Validation, and Active Learning*;
///   Barrow & Crone (2016), *Cross-validation aggregation for combining autoregressive neural network
///   forecasts*.
struct RotatingValidation: Sendable, Hashable {
  /// How many blocks; two at least.
  var blocks: Int
  /// Decisions left out between a block and what is trained on.
  var gap: Int

  /// Whether every split of so many decisions has enough to validate and to train on.
  func fits(_ decisions: Int) -> Bool { decisions / blocks >= gap + Fold.shortest }

  /// The splits of the decisions before a test, in the order of their blocks.
  func splits(of decisions: Range<Int>) -> [Fold.Split] {
    (0..<blocks).map { block in
      let held =
        decisions.lowerBound + decisions.count * block / blocks..<decisions.lowerBound
        + decisions.count * (block + 1) / blocks
      let parts = [
        decisions.lowerBound..<max(decisions.lowerBound, held.lowerBound - gap),
        min(decisions.upperBound, held.upperBound + gap)..<decisions.upperBound,
      ]
      return Fold.Split(trainParts: parts.filter { !$0.isEmpty }, validation: held)
    }
  }
}
