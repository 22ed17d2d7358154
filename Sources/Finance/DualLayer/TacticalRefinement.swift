#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// The tactical layer: strategic budgets refined by valuation, momentum and conditional Sharpe ratio.
///
/// `b*ᵢ ∝ bᵢ exp(κ_v zᵢᵛ + κ_m zᵢᵐ + κ_s zᵢˢ)`, each within ± `limit` of its strategic budget. The scores
/// z are standardised across the assets and clipped at ± 2:
///
/// - valuation: less the log return over `valueWindow` rows, per unit of its volatility, what has
///   fallen over years is cheap (De Bondt & Thaler 1985; Asness, Moskowitz & Pedersen 2013);
/// - momentum: the log return over `momentumWindow` rows but the last `momentumSkip`, likewise
///   (Jegadeesh & Titman 1993);
/// - conditional Sharpe ratio: the mean excess return over `sharpeWindow` rows over the forecast
///   volatility.
///
/// A score is 0 for all assets until its window is complete.
public struct TacticalRefinement: Sendable, Hashable {
  /// κ_v, the weight of valuation.
  public var value: Double
  /// κ_m, the weight of momentum.
  public var momentum: Double
  /// κ_s, the weight of the conditional Sharpe ratio.
  public var sharpe: Double
  /// The rows of the valuation.
  public var valueWindow: Int
  /// The rows of the momentum, the skipped ones included.
  public var momentumWindow: Int
  /// The last rows, left out of the momentum: they tend to revert.
  public var momentumSkip: Int
  /// The rows of the mean excess return.
  public var sharpeWindow: Int
  /// How far a budget may move from its strategic value, as a fraction of it.
  public var limit: Double

  /// A refinement.
  public init(
    value: Double = 0.1, momentum: Double = 0.1, sharpe: Double = 0.1, valueWindow: Int = 1260,
    momentumWindow: Int = 252, momentumSkip: Int = 21, sharpeWindow: Int = 126, limit: Double = 0.3
  ) {
    check(
      valueWindow >= 2 && momentumWindow >= momentumSkip + 2 && momentumSkip >= 0
        && sharpeWindow >= 1 && limit >= 0 && limit < 1,
      "TacticalRefinement: windows \(valueWindow), \(momentumWindow), \(sharpeWindow), limit \(limit)"
    )
    self.value = value
    self.momentum = momentum
    self.sharpe = sharpe
    self.valueWindow = valueWindow
    self.momentumWindow = momentumWindow
    self.momentumSkip = momentumSkip
    self.sharpeWindow = sharpeWindow
    self.limit = limit
  }

  /// The scores of the assets at the close of a row: valuation, momentum, conditional Sharpe ratio.
  ///
  /// Each is `[N]`; `volatilities` `[N]` are the forecasts for the next row.
  public func scores(
    of data: MarketData, at row: Int, volatilities: [Double]
  ) -> (value: [Double], momentum: [Double], sharpe: [Double]) {
    let n = data.assets.count
    let none = [Double](repeating: 0, count: n)
    let value =
      row >= valueWindow
      ? Self.standardised(
        (0..<n).map { -Self.trend(data, $0, row - valueWindow, row) }) : none
    let momentum =
      row >= momentumWindow
      ? Self.standardised(
        (0..<n).map { Self.trend(data, $0, row - momentumWindow, row - momentumSkip) }) : none
    var sharpe = none
    if row >= sharpeWindow {
      let means = (0..<n).map { i in
        (row - sharpeWindow + 1...row).reduce(0) {
          $0 + data.returns[$1, i] - data.cashReturns[$1]
        } / Double(sharpeWindow)
      }
      sharpe = Self.standardised(
        zip(means, volatilities).map { $1 > 0 ? $0 / $1 : 0 })
    }
    return (value, momentum, sharpe)
  }

  /// The log return between two rows over its volatility, `ln(p₁/p₀) / (σ √rows)`.
  private static func trend(_ data: MarketData, _ asset: Int, _ from: Int, _ to: Int) -> Double {
    let returns = (from + 1...to).map { data.returns[$0, asset] }
    let deviation = Measures.standardDeviation(returns) * Double(returns.count).squareRoot()
    return deviation > 0 ? log(data.prices[to, asset] / data.prices[from, asset]) / deviation : 0
  }

  /// Scores less their mean over their deviation, clipped at ± 2.
  private static func standardised(_ scores: [Double]) -> [Double] {
    let mean = scores.reduce(0, +) / Double(scores.count)
    let variance =
      scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)
    guard variance > 0 else { return scores.map { _ in 0 } }
    return scores.map { max(-2, min(2, ($0 - mean) / variance.squareRoot())) }
  }

  /// Refines budgets that sum to one; so does the result.
  public func refined(
    _ budgets: [Double], scores: (value: [Double], momentum: [Double], sharpe: [Double])
  ) -> [Double] {
    let raw = budgets.indices.map { i in
      budgets[i]
        * exp(
          value * scores.value[i] + momentum * scores.momentum[i] + sharpe * scores.sharpe[i])
    }
    return Self.scaled(
      raw, lower: budgets.map { (1 - limit) * $0 }, upper: budgets.map { (1 + limit) * $0 })
  }

  /// `max(lᵢ, min(uᵢ, s rᵢ))` with the factor s for which it sums to one; `Σl ≤ 1 ≤ Σu`.
  static func scaled(_ raw: [Double], lower: [Double], upper: [Double]) -> [Double] {
    func clipped(_ s: Double) -> [Double] {
      raw.indices.map { max(lower[$0], min(upper[$0], s * raw[$0])) }
    }
    // The sum is piecewise linear in s: between the right two of its corners one division solves it.
    let positive = raw.indices.filter { raw[$0] > 0 }
    let corners = positive.flatMap { [lower[$0] / raw[$0], upper[$0] / raw[$0]] }.sorted()
    guard let corner = corners.first(where: { clipped($0).reduce(0, +) >= 1 }) ?? corners.last
    else { return raw }
    var (fixed, free) = (0.0, 0.0)
    for i in positive {
      // Compared as corners, not as products, which rounding would put on the wrong side.
      if lower[i] / raw[i] >= corner {
        fixed += lower[i]
      } else if upper[i] / raw[i] >= corner {
        free += raw[i]
      } else {
        fixed += upper[i]
      }
    }
    return clipped(free > 0 ? (1 - fixed) / free : corner)
  }
}
