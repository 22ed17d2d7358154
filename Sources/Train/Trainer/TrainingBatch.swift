/// What one step sees: blocks of decisions whose returns are joined into one series, and such blocks of
/// every pooled universe.
struct TrainingBatch {
  let blocks: [DecisionBlock]
  /// By pooled universe; none of one that does not teach in the fold.
  var pooled: [[DecisionBlock]] = []
  /// The part of all training decisions.
  let share: Double

  /// All parts in one batch, or pieces of about `length` decisions in a batch each.
  ///
  /// Pieces of a part differ by at most one decision, so that no step sees a stub.
  static func of(
    _ parts: [Range<Int>], block length: Int?, put: (Range<Int>) -> DecisionBlock
  ) -> [TrainingBatch] {
    let total = Double(parts.reduce(0) { $0 + $1.count })
    guard let length else { return [TrainingBatch(blocks: parts.map(put), share: 1)] }
    return parts.flatMap { part in
      let pieces = max(1, (part.count + length / 2) / length)
      return (0..<pieces).map { piece in
        let range =
          part.lowerBound + part.count * piece / pieces..<part.lowerBound + part.count * (piece + 1)
          / pieces
        return TrainingBatch(blocks: [put(range)], share: Double(range.count) / total)
      }
    }
  }
}
