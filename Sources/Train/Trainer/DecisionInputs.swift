internal import Autodiff
internal import Finance

/// What a policy decides from, for a contiguous block of decisions, on a tape.
struct DecisionInputs {
  /// The decisions, as numbers of the problem.
  let decisions: Range<Int>
  /// `[history + D, N, F]`.
  let features: Variable
  /// `[D, N, N]`.
  let covariances: Variable

  /// Puts the inputs on a tape; `features` are standardised, and the network looks back on `history`
  /// decisions before the first.
  init(
    _ decisions: Range<Int>, of problem: Problem, features: FeatureTensors, history: Int,
    on tape: Tape
  ) {
    check(
      decisions.lowerBound >= history && !decisions.isEmpty,
      "DecisionInputs: decisions \(decisions) with a history of \(history)")
    self.decisions = decisions
    let n = problem.assetCount
    self.features = tape.constant(
      Self.stack(features, decisions.lowerBound - history..<decisions.upperBound))
    covariances = tape.constant(
      Tensor(
        converting: Array(
          problem.covariances[decisions.lowerBound * n * n..<decisions.upperBound * n * n]),
        shape: Shape(decisions.count, n, n)))
  }

  /// The features of each asset followed by those of the market, `[D, N, F + M]`.
  private static func stack(_ features: FeatureTensors, _ decisions: Range<Int>) -> Tensor {
    let (n, own, market) = (
      features.assetCount, features.assetFeatureCount, features.marketFeatureCount
    )
    var elements: [Scalar] = []
    elements.reserveCapacity(decisions.count * n * (own + market))
    for d in decisions {
      for i in 0..<n {
        let start = (d * n + i) * own
        for f in 0..<own { elements.append(Scalar(features.asset[start + f])) }
        for m in 0..<market { elements.append(Scalar(features.market[d * market + m])) }
      }
    }
    return Tensor(elements, shape: Shape(decisions.count, n, own + market))
  }
}
