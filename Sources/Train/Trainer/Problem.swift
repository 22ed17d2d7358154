internal import Finance

/// An experiment with its data in memory: everything that training and backtests read.
///
/// Decisions are numbered from 0; decision d happens at the close of row `rows[d]`.
struct Problem: Sendable {
  let experiment: Experiment
  let data: MarketData
  /// The row of each decision; D.
  let rows: [Int]
  /// Which assets are in the universe at each decision; nil where all are always.
  let availability: Availability?
  /// Raw features of every decision.
  let features: FeatureTensors
  /// Covariances of every decision, `[D, N, N]`; 0 for assets that are not in the universe.
  var covariances: [Double]
  /// What a trainable dual-layer model sees at every decision; nil without one.
  let signals: DualLayerSignals?
  /// Whether the model's floor rule is active at each decision; nil without the rule.
  let floorActivity: [Bool]?
  /// The folds, over decision numbers.
  let folds: [Fold]
  /// The universes that networks are also trained on; empty where nothing is trained.
  private(set) var pool: [PooledUniverse] = []

  var assetCount: Int { data.assets.count }

  /// The decisions of all tests, in order.
  var tested: Range<Int> {
    guard let first = folds.first, let last = folds.last else { return 0..<0 }
    return first.test.lowerBound..<last.test.upperBound
  }

  /// The rows whose close may decide in the tests: from the first decision until the last one's
  /// successor.
  var testedRows: Range<Int> {
    guard !tested.isEmpty else { return 0..<0 }
    return rows[tested.lowerBound]..<rows[tested.upperBound - 1] + experiment.decisions.every
  }

  /// The covariance of a decision, `[N, N]`.
  func covariance(ofDecision decision: Int) -> Matrix {
    let n = assetCount
    return Matrix(
      rows: n, columns: n,
      elements: Array(covariances[decision * n * n..<(decision + 1) * n * n]))
  }

  /// The covariances that decisions at ascending rows of the panel have or would have, `[N, N]` each, by
  /// row; those between the experiment's own decisions are estimated together.
  ///
  /// Throws what the estimator throws where a model cannot be fitted.
  func covariances(atRows asked: [Int]) throws -> [Int: Matrix] {
    let n = assetCount
    let known = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
    let others = asked.filter { known[$0] == nil }
    let estimated = try Self.covariances(
      experiment, data, others, Self.availability(experiment, data, others))
    var result: [Int: Matrix] = [:]
    for row in asked { result[row] = known[row].map { covariance(ofDecision: $0) } }
    for (index, row) in others.enumerated() {
      result[row] = Matrix(
        rows: n, columns: n, elements: Array(estimated[index * n * n..<(index + 1) * n * n]))
    }
    return result
  }

  /// Prepares an experiment: decisions, features, covariances, folds.
  ///
  /// The first decision is the first row with enough history for every feature, the covariance and
  /// `decisions.firstRow`; the last one is the last whose whole holding period has happened.
  ///
  /// `pool` are the data of the universes of ``Experiment/pool``; without them nothing can be trained where
  /// there are any. `cut` makes the folds from the dates of the decisions; without it the experiment's own
  /// are made.
  init(
    _ experiment: Experiment, data: MarketData, pool: [MarketData] = [],
    cut: (Experiment, [CalendarDate]) throws -> [Fold] = Problem.folds
  ) throws {
    self.experiment = experiment
    self.data = data
    let builder = FeatureBuilder(
      assetFeatures: experiment.features.asset, marketFeatures: experiment.features.market)
    let estimator = experiment.covariance.value
    guard let complete = try builder.firstCompleteRow(in: data) else {
      throw Self.tooShort(
        "no row has a value for every feature; shorten the features' history", data)
    }
    let first = max(
      complete, estimator.requiredRows, experiment.model.requiredRows,
      experiment.decisions.firstRow, try Self.firstSignal(experiment, data))
    let (every, lag) = (experiment.decisions.every, experiment.execution.lag)
    let last = data.dates.count - 1 - every - lag
    guard first <= last else {
      throw Self.tooShort(
        """
        the panel is too short: \(data.dates.count) rows from \(data.dates[0]), but the first \
        decision needs \(first) rows of history and \(every + lag) rows after it
        """, data)
    }
    let rows = Array(stride(from: first, through: last, by: every))
    self.rows = rows
    availability = try Self.requireAvailable(experiment, data, rows)
    features = try builder.features(of: data, at: rows, among: availability)
    covariances = try Self.covariances(experiment, data, rows, availability)
    signals = try Self.signals(experiment, data, rows, covariances)
    floorActivity = try Self.floorActivity(experiment, data, rows)
    do {
      folds = try cut(experiment, rows.map { data.dates[$0] })
    } catch let error as ExperimentError where error.lacksHistory {
      throw Self.tooShort(error.description, data)
    }
    self.pool = try pooled(pool)
  }

  /// An error of too little history, with what was left out of the data for want of an asset's prices.
  private static func tooShort(_ problem: String, _ data: MarketData) -> ExperimentError {
    guard let leftOut = data.leftOut else { return ExperimentError(problem) }
    return ExperimentError(
      "\(problem). \(leftOut) With data.lateListings \"join\" an asset comes in when it is listed.")
  }

  /// Prepares the decision at the last row of some data, and the earlier ones a network looks back on.
  init(decidingLast experiment: Experiment, data: MarketData) throws {
    let builder = FeatureBuilder(
      assetFeatures: experiment.features.asset, marketFeatures: experiment.features.market)
    let estimator = experiment.covariance.value
    let history = experiment.model.history
    let (last, every) = (data.dates.count - 1, experiment.decisions.every)
    let first = last - history * every
    let required = experiment.model.requiredRows
    guard let complete = try builder.firstCompleteRow(in: data),
      first
        >= max(
          complete, estimator.requiredRows, required, try Self.firstSignal(experiment, data))
    else {
      throw ExperimentError(
        """
        \(data.dates.count) rows are too few to decide on the last: the features, the covariance \
        and the \(history) decisions before it need \
        \(max(builder.requiredRows, estimator.requiredRows, required) + history * every + 1)
        """)
    }
    try self.init(
      experiment, data: data, deciding: Array(stride(from: first, through: last, by: every)))
  }

  /// Prepares decisions at given rows, without folds.
  init(_ experiment: Experiment, data: MarketData, deciding rows: [Int]) throws {
    self.experiment = experiment
    self.data = data
    self.rows = rows
    availability = try Self.requireAvailable(experiment, data, rows)
    features = try FeatureBuilder(
      assetFeatures: experiment.features.asset, marketFeatures: experiment.features.market
    ).features(of: data, at: rows, among: availability)
    covariances = try Self.covariances(experiment, data, rows, availability)
    signals = try Self.signals(experiment, data, rows, covariances)
    floorActivity = try Self.floorActivity(experiment, data, rows)
    folds = []
  }

  private static func floorActivity(
    _ experiment: Experiment, _ data: MarketData, _ rows: [Int]
  ) throws -> [Bool]? {
    try experiment.model.floorRule.map { try FloorRule.activity($0, data, rows: rows) }
  }

  /// The first row with the signals of a trainable dual-layer model.
  private static func firstSignal(_ experiment: Experiment, _ data: MarketData) throws -> Int {
    guard let model = experiment.model.dualLayer else { return 0 }
    do throws(DualLayerError) {
      return try DualLayerSignals.firstRow(of: model, in: data) ?? data.dates.count
    } catch { throw ExperimentError("model.dualLayer: \(error)") }
  }

  private static func signals(
    _ experiment: Experiment, _ data: MarketData, _ rows: [Int], _ covariances: [Double]
  ) throws -> DualLayerSignals? {
    guard let model = experiment.model.dualLayer else { return nil }
    do throws(DualLayerError) {
      return try DualLayerSignals(of: model, at: rows, of: data, covariances: covariances)
    } catch { throw ExperimentError("model.dualLayer: \(error)") }
  }

  static func folds(_ experiment: Experiment, _ dates: [CalendarDate]) throws -> [Fold] {
    // A network that looks back on earlier decisions cannot decide at the very first ones.
    try experiment.folds.folds(dates, history: experiment.model.history)
  }
}
