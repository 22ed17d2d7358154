internal import Autodiff
internal import Finance

/// What a policy decides from, for a contiguous block of decisions, on a tape.
struct DecisionInputs {
  /// The decisions, as numbers of the problem.
  let decisions: Range<Int>
  /// Standardised features `[history + D, lanes, variables]` as the policy's scorer reads them; nil
  /// where nothing does.
  let features: Variable?
  /// `[D, N, N]`.
  let covariances: Variable

  /// Puts on a tape what `policy` decides from; `features` are standardised, and get a gradient where they
  /// are `differentiable`.
  init(
    _ decisions: Range<Int>, of problem: Problem, features: FeatureTensors, for policy: Policy,
    on tape: Tape, differentiable: Bool = false
  ) {
    let history = policy.history
    check(
      decisions.lowerBound >= history && !decisions.isEmpty,
      "DecisionInputs: decisions \(decisions) with a history of \(history)")
    self.decisions = decisions
    let n = problem.assetCount
    let seen = decisions.lowerBound - history..<decisions.upperBound
    self.features = policy.scorer.map { scorer in
      let tensor =
        switch scorer {
        case .shared: Self.shared(features, seen)
        case .joint: Self.joint(features, seen)
        }
      return differentiable ? tape.variable(tensor) : tape.constant(tensor)
    }
    covariances = tape.constant(
      Tensor(
        converting: Array(
          problem.covariances[decisions.lowerBound * n * n..<decisions.upperBound * n * n]),
        shape: Shape(decisions.count, n, n)))
  }

  /// The features of each asset followed by those of the market, `[D, N, F + M]`.
  private static func shared(_ features: FeatureTensors, _ decisions: Range<Int>) -> Tensor {
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

  /// The features of all assets followed by those of the market, `[D, 1, N·F + M]`.
  private static func joint(_ features: FeatureTensors, _ decisions: Range<Int>) -> Tensor {
    let own = features.assetCount * features.assetFeatureCount
    let market = features.marketFeatureCount
    var elements: [Scalar] = []
    elements.reserveCapacity(decisions.count * (own + market))
    for d in decisions {
      elements += features.asset[d * own..<(d + 1) * own].map { Scalar($0) }
      elements += features.market[d * market..<(d + 1) * market].map { Scalar($0) }
    }
    return Tensor(elements, shape: Shape(decisions.count, 1, own + market))
  }
}
