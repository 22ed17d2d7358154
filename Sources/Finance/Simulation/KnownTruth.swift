public import Autodiff

/// Markets whose truth is known: what a trained portfolio can reach, and a fixed one cannot.
///
/// Seven funds (VTI IWM AGG LQD MUB DBC GLD) with moments after Uysal, Li & Mulvey (2021), *End-to-End
/// Risk Budgeting Portfolio Optimization with Neural Networks*; daily simple returns, normal.
///
/// - ``constant``: one regime. The best risk-budget portfolio has an annual Sharpe ratio of 1.19924,
///   equal risk .94481.
/// - ``regimes``: a regime that flips with probability 1/125 a day; in B stocks fall and bonds and gold
///   rise, at higher volatilities. The only indicator is the regime (0 or 1) under normal noise of
///   deviation 1. No constant weights are good (Sharpe .672); the true filter reaches about 1.093.
/// - ``breakdown``: the same, but B keeps the volatilities of A while every correlation of stocks and
///   bonds goes to +.8 and both fall: diversification fails when it is needed.
public enum KnownTruth: String, Sendable, CaseIterable {
  /// Independent rows of one distribution.
  case constant
  /// Two regimes that differ in means and volatilities.
  case regimes
  /// Two regimes that differ in the correlation of stocks and bonds.
  case breakdown

  /// The names of the funds.
  public static let assets = ["VTI", "IWM", "AGG", "LQD", "MUB", "DBC", "GLD"]

  /// The probability of a change of regime from one day to the next.
  public static let flipProbability = 1.0 / 125

  private static let volatilities = [
    0.1759, 0.2194, 0.0401, 0.0724, 0.0514, 0.1611, 0.1584,
  ].map { $0 / 252.0.squareRoot() }

  private static let correlations: Matrix = {
    let upper: [[Double]] = [
      [0.90, 0.05, 0.20, 0.10, 0.30, 0.05], [0.03, 0.18, 0.08, 0.28, 0.03],
      [0.70, 0.65, -0.05, 0.15], [0.55, 0.05, 0.10], [-0.05, 0.10], [0.30], [],
    ]
    var matrix = Matrix(rows: 7, columns: 7)
    for i in 0..<7 {
      matrix[i, i] = 1
      for (k, value) in upper[i].enumerated() {
        matrix[i, i + 1 + k] = value
        matrix[i + 1 + k, i] = value
      }
    }
    return matrix
  }()

  /// The process of the returns: regime 0 is A, regime 1 is B.
  public var process: RegimeSimulator {
    let flip = Self.flipProbability
    let chain = Matrix(rows: 2, columns: 2, elements: [1 - flip, flip, flip, 1 - flip])
    let calm = [9, 9, -0.8, -0.2, -0.6, 4, -2].map { $0 * 1e-4 }
    switch self {
    case .constant:
      return RegimeSimulator(
        regimes: [
          Self.regime(
            [0.00059, 0.00056, 0.00013, 0.00022, 0.00017, -0.00011, 0.00017], Self.correlations)
        ], transitions: Matrix(rows: 1, columns: 1, repeating: 1))
    case .regimes:
      let stressed = [-6, -8, 3, 3, 2.5, -5, 6].map { $0 * 1e-4 }
      return RegimeSimulator(
        regimes: [
          Self.regime(calm, Self.correlations),
          Self.regime(
            stressed, Self.correlations, scaled: [1.5, 1.5, 1, 1.2, 1, 1.2, 1.1]),
        ], transitions: chain)
    case .breakdown:
      var together = Self.correlations
      for stock in 0..<2 {
        for bond in 2..<5 {
          together[stock, bond] = 0.8
          together[bond, stock] = 0.8
        }
      }
      let falling = [-6, -6, -3, -3, -3, 4, -2].map { $0 * 1e-4 }
      return RegimeSimulator(
        regimes: [
          Self.regime(calm, Self.correlations),
          Self.regime(falling, nearestCorrelation(to: together)),
        ], transitions: chain)
    }
  }

  private static func regime(
    _ mean: [Double], _ correlations: Matrix, scaled: [Double]? = nil
  ) -> RegimeSimulator.Regime {
    var covariance = correlations
    for i in 0..<7 {
      for j in 0..<7 {
        let scale = (scaled?[i] ?? 1) * (scaled?[j] ?? 1)
        covariance[i, j] *= volatilities[i] * volatilities[j] * scale
      }
    }
    return RegimeSimulator.Regime(mean: mean, covariance: covariance)
  }

  /// The moments behind a path of regimes, as ``simulate(rows:noiseFeatures:generator:)`` gives it.
  public func truth(regimes: [Int]) -> MarketTruth {
    let process = process
    return MarketTruth(
      means: Matrix(
        rows: regimes.count, columns: Self.assets.count,
        elements: regimes.flatMap { process.regimes[$0].mean }),
      covariances: process.regimes.map(\.covariance), states: regimes)
  }

  /// Simulated market data of `rows` returns, and the regime behind each of them (0 or 1).
  ///
  /// Streams are split by name: `returns`, `indicator`, and `noise` for `noiseFeatures` further
  /// indicators that mean nothing. Only the problems with regimes have the indicator `STATE`.
  public func simulate(
    rows: Int, noiseFeatures: Int = 0, generator: SplitMix64
  ) -> (data: MarketData, regimes: [Int]) {
    check(rows >= 1 && noiseFeatures >= 0, "KnownTruth: \(rows) rows, \(noiseFeatures) features")
    let root = generator.split(rawValue)
    var stream = root.split("returns")
    let (returns, regimes) = process.draw(rows: rows, generator: &stream)
    var names: [String] = []
    var columns: [[Double]] = []
    if self != .constant {
      var indicator = root.split("indicator")
      names.append("STATE")
      columns.append(zip(indicator.normals(rows), regimes).map { $0 + Double($1) })
    }
    for k in 0..<noiseFeatures {
      var noise = root.split("noise \(k)")
      names.append("NOISE\(k + 1)")
      columns.append(noise.normals(rows))
    }
    var indicators = Matrix(rows: rows, columns: names.count)
    for (k, column) in columns.enumerated() {
      for t in 0..<rows { indicators[t, k] = column[t] }
    }
    let data = MarketData.simulated(
      returns: returns, assets: Self.assets, indicatorNames: names, indicators: indicators,
      notes: ["Simulated: the known-truth problem '\(rawValue)', not a market."])
    return (data, regimes)
  }
}
