internal import Finance

/// An experiment with its data in memory: everything that training and backtests read.
///
/// Decisions are numbered from 0; decision d happens at the close of row `rows[d]`.
struct Problem: Sendable {
  let experiment: Experiment
  let data: MarketData
  /// The row of each decision; D.
  let rows: [Int]
  /// Raw features of every decision.
  let features: FeatureTensors
  /// Covariances of every decision, `[D, N, N]`.
  var covariances: [Double]
  /// Whether the model's floor rule is active at each decision; nil without the rule.
  let floorActivity: [Bool]?
  /// The folds, over decision numbers.
  let folds: [Fold]

  var assetCount: Int { data.assets.count }

  /// The decisions of all tests, in order.
  var tested: Range<Int> {
    guard let first = folds.first, let last = folds.last else { return 0..<0 }
    return first.test.lowerBound..<last.test.upperBound
  }

  /// Prepares an experiment: decisions, features, covariances, folds.
  ///
  /// The first decision is the first row with enough history for every feature, the covariance and
  /// `decisions.firstRow`; the last one is the last whose whole holding period has happened.
  init(_ experiment: Experiment, data: MarketData) throws {
    self.experiment = experiment
    self.data = data
    let builder = FeatureBuilder(
      assetFeatures: experiment.features.asset, marketFeatures: experiment.features.market)
    let estimator = experiment.covariance.value
    guard let complete = try builder.firstCompleteRow(in: data) else {
      throw ExperimentError("no row has a value for every feature; shorten the features' history")
    }
    let first = max(complete, estimator.requiredRows, experiment.decisions.firstRow)
    let (every, lag) = (experiment.decisions.every, experiment.execution.lag)
    let last = data.dates.count - 1 - every - lag
    guard first <= last else {
      throw ExperimentError(
        """
        the panel is too short: \(data.dates.count) rows from \(data.dates[0]), but the first \
        decision needs \(first) rows of history and \(every + lag) rows after it
        """)
    }
    let rows = Array(stride(from: first, through: last, by: every))
    self.rows = rows
    features = try builder.features(of: data, at: rows)
    covariances = Finance.covariances(at: rows, of: data, by: estimator)
    floorActivity = try Self.floorActivity(experiment, data, rows)
    folds = try Self.folds(experiment, rows.map { data.dates[$0] })
  }

  /// Prepares the decision at the last row of some data, and the earlier ones a network looks back on.
  init(decidingLast experiment: Experiment, data: MarketData) throws {
    self.experiment = experiment
    self.data = data
    let builder = FeatureBuilder(
      assetFeatures: experiment.features.asset, marketFeatures: experiment.features.market)
    let estimator = experiment.covariance.value
    let history = experiment.model.history
    let (last, every) = (data.dates.count - 1, experiment.decisions.every)
    let first = last - history * every
    guard let complete = try builder.firstCompleteRow(in: data),
      first >= max(complete, estimator.requiredRows)
    else {
      throw ExperimentError(
        """
        \(data.dates.count) rows are too few to decide on the last: the features, the covariance \
        and the \(history) decisions before it need \
        \(max(builder.requiredRows, estimator.requiredRows) + history * every + 1)
        """)
    }
    rows = Array(stride(from: first, through: last, by: every))
    features = try builder.features(of: data, at: rows)
    covariances = Finance.covariances(at: rows, of: data, by: estimator)
    floorActivity = try Self.floorActivity(experiment, data, rows)
    folds = []
  }

  private static func floorActivity(
    _ experiment: Experiment, _ data: MarketData, _ rows: [Int]
  ) throws -> [Bool]? {
    try experiment.model.floorRule.map { try FloorRule.activity($0, data, rows: rows) }
  }

  private static func folds(_ experiment: Experiment, _ dates: [CalendarDate]) throws -> [Fold] {
    let settings = experiment.folds
    guard let wanted = settings.firstTest, let start = dates.firstIndex(where: { $0 >= wanted })
    else {
      throw ExperimentError(
        """
        folds.firstTest is \(settings.firstTest.map(String.init(describing:)) ?? "missing"), but \
        the last decision is \(dates.last.map(String.init(describing:)) ?? "none"); set it to an \
        earlier date, or give more data
        """)
    }
    let end = settings.lastTest.map { last in dates.prefix { $0 <= last }.count } ?? dates.count
    // A network that looks back on earlier decisions cannot decide at the very first ones.
    let history = experiment.model.history
    do {
      return try settings.plan.folds(
        available: min(history, end)..<end, firstTest: min(start, end))
    } catch {
      throw ExperimentError("folds (decisions \(dates[0]) to \(dates[dates.count - 1])): \(error)")
    }
  }
}
