internal import Autodiff

/// The moments that a simulated path was drawn from, row by row: what an observer never sees.
public struct MarketTruth: Sendable {
  /// The expected simple returns of each row `[R, N]`.
  public let means: Matrix
  /// The covariances of the states, `[N, N]` each.
  public let covariances: [Matrix]
  /// The state of each row, a position in ``covariances``.
  public let states: [Int]

  /// The truth of R rows.
  public init(means: Matrix, covariances: [Matrix], states: [Int]) {
    check(
      means.rows == states.count
        && covariances.allSatisfy { $0.rows == means.columns && $0.columns == means.columns }
        && states.allSatisfy(covariances.indices.contains),
      "MarketTruth: means \(means.rows) × \(means.columns), \(states.count) states")
    self.means = means
    self.covariances = covariances
    self.states = states
  }

  /// The Sharpe ratio per row that holdings have under the truth, without the luck of the draw.
  ///
  /// `mean_s(m_s) / √(mean_s(v_s) + var_s(m_s))` with the expected return `m_s = h_sᵀμ_s − c_s` and the
  /// variance `v_s = h_sᵀΣ_s h_s` of each row: the law of total variance. Multiply by the root of the
  /// rows per year.
  ///
  /// - Shapes: `holdings` `[S, N]`, the weights at the start of rows `first ..< first + S`; `costs`
  ///   `[S]`, paid on them.
  public func sharpeRatio(
    holdings: Matrix, firstRow first: Int, costs: [Double]? = nil
  ) -> Double {
    let (rows, n) = (holdings.rows, means.columns)
    check(
      holdings.columns == n && first >= 0 && first + rows <= states.count && rows > 0
        && costs?.count ?? rows == rows,
      "MarketTruth: holdings \(rows) × \(holdings.columns) from row \(first) of \(states.count)")
    var expected = [Double](repeating: 0, count: rows)
    var variance = 0.0
    for s in 0..<rows {
      let covariance = covariances[states[first + s]]
      var mean = -(costs?[s] ?? 0)
      for i in 0..<n {
        let h = holdings[s, i]
        mean += h * means[first + s, i]
        var marginal = 0.0
        for j in 0..<n { marginal += covariance[i, j] * holdings[s, j] }
        variance += h * marginal
      }
      expected[s] = mean
    }
    let mean = expected.reduce(0, +) / Double(rows)
    let between = expected.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return mean / ((variance + between) / Double(rows)).squareRoot()
  }

  /// The standard deviation of the portfolio's return per row, `√(h_sᵀΣ_s h_s)`.
  public func volatility(holdings: Matrix, firstRow first: Int) -> [Double] {
    (0..<holdings.rows).map { s in
      let covariance = covariances[states[first + s]]
      var variance = 0.0
      for i in 0..<holdings.columns {
        for j in 0..<holdings.columns {
          variance += holdings[s, i] * covariance[i, j] * holdings[s, j]
        }
      }
      return variance.squareRoot()
    }
  }
}
