internal import Autodiff
internal import Finance

/// What a trained run decides at the last row of some data.
///
/// The networks of the last fold decide, scaled by their own training's moments; weights and budgets
/// are averaged over the seeds, as in the run. A strategy in the model's place decides itself.
struct Prediction: Sendable {
  let date: CalendarDate
  let assets: [String]
  let weights: [Double]
  let budgets: [Double]
  /// Shares of the portfolio's variance.
  let riskContributions: [Double]
  /// The portfolio's volatility by the decision's covariance, per year.
  let annualVolatility: Double
  /// The assets that are not in the universe yet, with the rows of history that they have and need.
  let waiting: [Waiting]
  /// What the model's blocks say beside: regime probabilities, gates and so on, by name; averages over the
  /// networks, or the first network's where an average means nothing.
  let details: [Detail]

  /// An asset without enough history.
  typealias Waiting = (asset: String, rows: Int, needed: Int)

  /// A detail with the names of its columns.
  typealias Detail = (detail: DecisionDetail, columns: [String], values: [Double])

  /// Decides at the last row of `data` with the checkpoints of a run.
  init(_ experiment: Experiment, run directory: RunDirectory, data: MarketData) throws {
    let problem = try Problem(decidingLast: experiment, data: data)
    let decision = problem.rows.count - 1
    let n = problem.assetCount
    let (weights, budgets): ([Double], [Double])
    if let latest = try experiment.strategy?.latest(in: problem) {
      (weights, budgets) = latest
      details = []
    } else {
      try problem.features.requireDefined(at: problem.rows.indices)
      (weights, budgets, details) = try Self.networks(experiment, directory, problem)
    }
    date = data.dates[problem.rows[decision]]
    assets = data.assets
    let needed = Problem.holdingHistory(experiment)
    waiting =
      data.isComplete
      ? []
      : data.assets.indices.compactMap { asset in
        let rows = problem.rows[decision] - data.listings[asset]
        return rows < needed ? (data.assets[asset], rows, needed) : nil
      }
    self.weights = weights
    self.budgets = budgets
    var contributions = [Double](repeating: 0, count: n)
    var variance = 0.0
    for i in 0..<n {
      var marginal = 0.0
      for j in 0..<n {
        marginal += problem.covariances[decision * n * n + i * n + j] * weights[j]
      }
      contributions[i] = weights[i] * marginal
      variance += contributions[i]
    }
    riskContributions = contributions.map { $0 / variance }
    annualVolatility = (variance * experiment.data.rowsPerYear).squareRoot()
  }

  /// What the networks of the last fold decide, averaged.
  private static func networks(
    _ experiment: Experiment, _ directory: RunDirectory, _ problem: Problem
  ) throws -> (weights: [Double], budgets: [Double], details: [Detail]) {
    let (decision, n) = (problem.rows.count - 1, problem.assetCount)
    var weights = [Double](repeating: 0, count: n)
    var budgets = weights
    var details: [DecisionDetail: DetailTable] = [:]
    let files = try checkpoints(experiment, directory)
    for (seed, path) in files.enumerated() {
      let (policy, start) = try problem.policy(
        of: .network(seed: seed), generator: SplitMix64(seed: 0))
      let blank = Standardizer(
        assetMeans: [Double](repeating: 0, count: problem.features.assetFeatureCount),
        assetScales: [Double](repeating: 1, count: problem.features.assetFeatureCount),
        marketMeans: [Double](repeating: 0, count: problem.features.marketFeatureCount),
        marketScales: [Double](repeating: 1, count: problem.features.marketFeatureCount),
        clip: experiment.features.clip)
      let state = try FitCheckpoint.read(
        path, unit: nil, origin: nil, initial: FitState(start, scaler: blank))
      if seed == 0 {
        try IndicatorScale.requireSimilar(
          state.scaler, experiment.features.market, problem.data, source: "indicators")
      }
      let decided = try policy.decide(
        decision..<decision + 1, of: problem,
        features: state.scaler.standardized(problem.features), parameters: state.best)
      for i in 0..<n {
        weights[i] += decided.weights[0, i] / Double(files.count)
        budgets[i] += decided.budgets[0, i] / Double(files.count)
      }
      for (detail, table) in decided.details {
        if detail.averages, var sum = details[detail] {
          for k in sum.values.elements.indices {
            sum.values.elements[k] += table.values.elements[k]
          }
          details[detail] = sum
        } else if details[detail] == nil {
          details[detail] = table
        }
      }
    }
    let networks = Double(files.count)
    let named = DecisionDetail.allCases.compactMap { detail -> Detail? in
      details[detail].map { table in
        (
          detail, table.columns,
          table.values.elements.map { detail.averages ? $0 / networks : $0 }
        )
      }
    }
    return (weights, budgets, named)
  }

  /// The checkpoints of the last fold that has them all.
  private static func checkpoints(
    _ experiment: Experiment, _ directory: RunDirectory
  ) throws -> [String] {
    var last: [String]?
    var fold = 0
    while true {
      let folder = Fold.folder(fold)
      let files = (0..<experiment.networkCount).map {
        directory.file("\(folder)/\(Member.network(seed: $0).name)/\(Stage.whole.name).safetensors")
      }
      guard files.allSatisfy(directory.exists) else { break }
      last = files
      fold += 1
    }
    guard let last else {
      throw ExperimentError(
        "\(directory.path): no fold is trained yet; finish it by 'train resume \(directory.path)'")
    }
    return last
  }
}
