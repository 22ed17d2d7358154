internal import Autodiff
internal import Finance

/// What a policy or a forecaster reads, for a contiguous block of decisions, on a tape.
struct DecisionInputs {
  /// The decisions, as numbers of the problem.
  let decisions: Range<Int>
  /// Which assets are in the universe at each of them; nil where all are always.
  let availability: Availability?
  /// Standardised features `[history + D, lanes, variables]` as the policy's scorer reads them; nil
  /// where nothing does.
  let features: Variable?
  /// Those of the assets apart, `[history + D, lanes, variables]`; nil where nothing reads them.
  let own: Variable?
  /// Those of the market apart, `[history + D, M]`; nil where nothing reads them.
  let market: Variable?
  /// `[D, N, N]`.
  let covariances: Variable
  /// What a trainable dual-layer model sees, `[history + D, …]`; nil without one.
  let signals: (market: Variable, scores: Variable)?
  /// The covariances taken apart; nil where no head reads them.
  let trailing: TrailingMoments?
  /// Trailing factor models; nil where no head reads them.
  let factors: TrailingFactors?
  /// The fixed tilt's expected returns `[D, N]`, in units of risk; nil without it.
  let expectedReturns: Variable?
  /// Daily returns up to the last decision; nil without a recursion.
  let path: ReturnPath?
  /// Whom each asset attends to; nil without attention.
  let neighbours: AttentionNeighbours?
  /// Gates by the fixed rule `[D, N]`; nil without it.
  let ruleGates: Variable?
  /// 1 where the floor rule is active `[D, 1]`; nil without it.
  let floorActive: Variable?
  /// The latest returns up to each decision `[D, T, N]`, 0 where an asset is not listed yet; nil where no
  /// risk is measured on them.
  let scenarios: Variable?

  /// Puts on a tape what `needs` ask for; `features` are standardised, and get a gradient where they
  /// are `differentiable`.
  init(
    _ decisions: Range<Int>, of problem: Problem, features: FeatureTensors, for needs: InputNeeds,
    on tape: Tape, differentiable: Bool = false
  ) {
    let history = needs.history
    check(
      decisions.lowerBound >= history && !decisions.isEmpty,
      "DecisionInputs: decisions \(decisions) with a history of \(history)")
    self.decisions = decisions
    availability = problem.availability?[decisions]
    let n = problem.assetCount
    let seen = decisions.lowerBound - history..<decisions.upperBound
    func leaf(_ tensor: Tensor) -> Variable {
      differentiable ? tape.variable(tensor) : tape.constant(tensor)
    }
    switch needs.scorer {
    case .shared where needs.stacked: self.features = leaf(Self.shared(features, seen))
    case .joint where needs.stacked: self.features = leaf(Self.joint(features, seen))
    default: self.features = nil
    }
    let lanes = needs.scorer == .joint ? 1 : n
    own =
      needs.own
      ? leaf(
        Self.rows(seen, of: features.asset, Shape(lanes, n / lanes * features.assetFeatureCount)))
      : nil
    let hasMarket = needs.market && features.marketFeatureCount > 0
    market =
      hasMarket
      ? leaf(Self.rows(seen, of: features.market, Shape(features.marketFeatureCount)))
      : nil
    signals = problem.signals.map { signals in
      func rows(_ matrix: Matrix) -> Variable {
        tape.constant(
          Tensor(
            converting: Array(
              matrix.elements[
                seen.lowerBound * matrix.columns..<seen.upperBound * matrix.columns]),
            shape: Shape(seen.count, matrix.columns)))
      }
      return (rows(signals.market), rows(signals.scores))
    }
    covariances = tape.constant(
      Tensor(
        converting: Array(
          problem.covariances[decisions.lowerBound * n * n..<decisions.upperBound * n * n]),
        shape: Shape(decisions.count, n, n)))
    let rows = decisions.map { problem.rows[$0] }
    trailing =
      needs.trailing
      ? TrailingMoments(
        covariances: problem.covariances[
          decisions.lowerBound * n * n..<decisions.upperBound * n * n], assets: n, on: tape) : nil
    factors = needs.factors.map { TrailingFactors(problem, rows: rows, count: $0, on: tape) }
    expectedReturns = needs.tilt.map { tilt in
      // κ μ = K √(rows per year) × mean: annual units on both sides of σ(w) − κ μᵀw.
      let scale = tilt.strength * problem.experiment.data.rowsPerYear.squareRoot()
      let means = rows.flatMap { row in
        DecisionPoint(row: row, of: problem.data, covariance: Matrix(rows: n, columns: n))
          .meanExcessReturns(last: tilt.rows)
      }
      return tape.constant(
        Tensor(converting: means.map { scale * $0 }, shape: Shape(rows.count, n)))
    }
    path = needs.path.map { ReturnPath(problem.data, rows: rows, warmup: $0, on: tape) }
    neighbours = needs.attention.map { settings in
      NeighbourSelection(
        count: settings.neighbours, lookback: settings.lookback, refresh: settings.refresh,
        generator: SplitMix64(seed: UInt64(problem.experiment.seed))
      ).neighbours(returns: problem.data.returns, decisions: rows, joins: problem.joins)
    }
    ruleGates = needs.ruleRows.map { count in
      let gates = ExcessReturnRule(rows: count).gates(
        returns: problem.data.returns, cash: problem.data.cashReturns, decisions: rows)
      return tape.constant(Tensor(converting: gates, shape: Shape(rows.count, n)))
    }
    floorActive = problem.floorActivity.map { active in
      tape.constant(
        Tensor(decisions.map { active[$0] ? 1 : 0 }, shape: Shape(rows.count, 1)))
    }
    scenarios = needs.scenarioRows.map { count in
      let returns = problem.data.returns.elements
      return tape.constant(
        Tensor(
          converting: rows.flatMap { returns[($0 - count + 1) * n..<($0 + 1) * n] }
            .map { $0.isNaN ? 0 : $0 },
          shape: Shape(rows.count, count, n)))
    }
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

  /// Decisions of features as they lie, `[D]` and `shape`.
  private static func rows(_ decisions: Range<Int>, of features: [Double], _ shape: Shape) -> Tensor
  {
    let width = shape.count
    return Tensor(
      converting: Array(features[decisions.lowerBound * width..<decisions.upperBound * width]),
      shape: shape.inserting(decisions.count, at: 0))
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
