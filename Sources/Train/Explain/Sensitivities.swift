internal import Autodiff
internal import Finance

/// How the weights answer to the features, exactly: derivatives through network, budgets and solver, by one
/// reverse sweep of the tape per asset.
///
/// The unit of a feature is one standard deviation in training, and it moves over the network's whole window
/// at once. Where a feature is clipped the derivative is of the clipped value.
struct Sensitivities: Sendable, Equatable {
  let date: CalendarDate
  let assets: [String]
  let assetFeatures: [String]
  let marketFeatures: [String]
  /// `∂w_i / ∂x_{i,f}`, an asset's weight by its own features `[F][N]`.
  let own: [[Double]]
  /// `Σ_j ∂w_i / ∂x_{j,f}`, by a feature that moves for all assets together, `[F][N]`.
  let common: [[Double]]
  /// `∂w_i / ∂x_m`, by the features of the market, `[M][N]`.
  let market: [[Double]]

  /// At one decision of a fold's test, for the mean of its members' weights.
  ///
  /// Throws an ``ExperimentError`` naming the date where there is no solution.
  init(_ problem: Problem, members: [FittedUnit], decision: Int) throws {
    let n = problem.assetCount
    let (f, m) = (problem.features.assetFeatureCount, problem.features.marketFeatureCount)
    var own = [[Double]](repeating: [Double](repeating: 0, count: n), count: f)
    var common = own
    var market = [[Double]](repeating: [Double](repeating: 0, count: n), count: m)
    date = problem.data.dates[problem.rows[decision]]
    for member in members {
      let policy = try problem.policy(of: member.unit.member, generator: SplitMix64(seed: 0)).policy
      let features = member.state.scaler.standardized(problem.features)
      for i in 0..<n {
        let gradient = try policy.featureGradient(
          ofWeight: i, decision: decision, of: problem, features: features,
          parameters: member.state.best)
        let share = 1 / Double(members.count)
        for index in 0..<f {
          own[index][i] += share * gradient.asset[i][index]
          for j in 0..<n { common[index][i] += share * gradient.asset[j][index] }
        }
        for index in 0..<m { market[index][i] += share * gradient.market[index] }
      }
    }
    self.own = own
    self.common = common
    self.market = market
    assets = problem.data.assets
    assetFeatures = problem.features.assetNames
    marketFeatures = problem.features.marketNames
  }

  /// By date, kind, feature and asset.
  static func table(_ all: [Sensitivities]) -> CSVWriter {
    var table = CSVWriter(columns: ["Date", "Kind", "Feature", "Asset", "Derivative"])
    for entry in all {
      for (kind, names, values) in [
        ("own", entry.assetFeatures, entry.own), ("common", entry.assetFeatures, entry.common),
        ("market", entry.marketFeatures, entry.market),
      ] {
        for (name, row) in zip(names, values) {
          for (asset, value) in zip(entry.assets, row) {
            table.append([
              .day(entry.date.days), .text(kind), .text(name), .text(asset), .number(value),
            ])
          }
        }
      }
    }
    return table
  }
}
