extension PortfolioPath {
  /// The number of `Double` that ``forward`` saves for ``backward``: the holdings at the start of
  /// each row `[R, N]`, then each row's growth `1 + R` `[R]`.
  package static func saveCount(rows: Int, assets: Int) -> Int { rows * assets + rows }

  /// Follows the decisions through the rows without allocating; see ``PortfolioPath`` for the formula
  /// and ``simulate(assetReturns:cashReturns:decisionRows:lag:weights:costs:)`` for shapes.
  ///
  /// `tradeRows` `[D]` come from ``tradeRows(decisionRows:lag:rowCount:)``. `drifted` is `[D, N]`,
  /// `save` ``saveCount(rows:assets:)``.
  package static func forward(
    rows: Int, assets n: Int, assetReturns: UnsafePointer<Double>,
    cashReturns: UnsafePointer<Double>, decisions: Int, tradeRows: UnsafePointer<Int>,
    weights: UnsafePointer<Double>, costs: UnsafePointer<Double>,
    returns: UnsafeMutablePointer<Double>, turnover: UnsafeMutablePointer<Double>,
    paid: UnsafeMutablePointer<Double>, drifted: UnsafeMutablePointer<Double>,
    save: UnsafeMutablePointer<Double>
  ) throws(PortfolioPathError) {
    let growths = save + rows * n
    if rows > 0 {
      for i in 0..<n { save[i] = 0 }
    }
    var k = 0
    for s in 0..<rows {
      let (h, r, f) = (save + s * n, assetReturns + s * n, cashReturns[s])
      // R = f + hᵀ(r − f) is hᵀr + (1 − Σh) f.
      var earned = 0.0
      var finite = f.isFinite
      for i in 0..<n {
        earned += h[i] * (r[i] - f)
        finite = finite && r[i].isFinite
      }
      guard finite else { throw invalidReturn(s, n, r, f) }
      let growth = 1 + f + earned
      guard growth > 0 else { throw .ruined(row: s, growth: growth) }
      growths[s] = growth
      returns[s] = f + earned
      let trades = k < decisions && tradeRows[k] == s
      let last = s + 1 == rows
      guard trades || !last else { continue }
      // The drifted holdings go to their decision's row, or else on to the next row.
      let next = trades ? drifted + k * n : h + n
      for i in 0..<n { next[i] = h[i] * (1 + r[i]) / growth }
      guard trades else { continue }
      let w = weights + k * n
      var (cost, traded) = (0.0, 0.0)
      for i in 0..<n {
        guard w[i].isFinite else {
          throw .invalidWeight(decision: k, asset: i, value: w[i])
        }
        let change = (w[i] - next[i]).magnitude
        traded += change
        cost += costs[i] * change
        if !last { h[n + i] = w[i] }
      }
      turnover[k] = traded
      paid[k] = cost
      returns[s] -= cost
      guard growth - cost > 0 else { throw .ruined(row: s, growth: growth - cost) }
      k += 1
    }
  }

  /// Adds the exact gradient with respect to the weights `[D, N]`.
  ///
  /// `returnCotangent` `[R]` belongs to the net returns, `turnoverCotangent` `[D]` to the turnover,
  /// `driftedCotangent` `[D, N]` to the drifted holdings; `nil` means zero. With `H̄` the cotangent of
  /// the holdings after a row, backwards through its three steps: on a trading row, with
  /// `g = sign(w − h)(T̄ − cR̄)`, `w̄ += H̄ + g` and `H̄ = h̄ − g`; then, with `G = 1 + R`,
  /// `R̄ −= H̄ᵀ(drifted) / G` and `H̄ ← H̄ ⊙ (1 + r) / G + R̄ (r − f)`. The subgradient of `|x|` at 0
  /// is 0. `scratch` is `[2 N]`.
  package static func backward(
    rows: Int, assets n: Int, assetReturns: UnsafePointer<Double>,
    cashReturns: UnsafePointer<Double>, decisions: Int, tradeRows: UnsafePointer<Int>,
    weights: UnsafePointer<Double>, costs: UnsafePointer<Double>, save: UnsafePointer<Double>,
    returnCotangent: UnsafePointer<Double>?, turnoverCotangent: UnsafePointer<Double>?,
    driftedCotangent: UnsafePointer<Double>?, scratch: UnsafeMutablePointer<Double>,
    weightGradient: UnsafeMutablePointer<Double>
  ) {
    guard decisions > 0 else { return }
    let growths = save + rows * n
    let (adjoint, drifted) = (scratch, scratch + n)
    for i in 0..<n { adjoint[i] = 0 }
    var k = decisions - 1
    var s = rows - 1
    while s >= tradeRows[0] {
      let (h, r, f) = (save + s * n, assetReturns + s * n, cashReturns[s])
      let growth = growths[s]
      var earned = returnCotangent?[s] ?? 0
      for i in 0..<n { drifted[i] = h[i] * (1 + r[i]) / growth }
      if k >= 0, tradeRows[k] == s {
        let (w, gradient) = (weights + k * n, weightGradient + k * n)
        let traded = turnoverCotangent?[k] ?? 0
        for i in 0..<n {
          let change = w[i] - drifted[i]
          let sign = change > 0 ? 1.0 : change < 0 ? -1.0 : 0
          let g = sign * (traded - costs[i] * earned)
          gradient[i] += adjoint[i] + g
          adjoint[i] = -g
        }
        if let driftedCotangent {
          let cotangent = driftedCotangent + k * n
          for i in 0..<n { adjoint[i] += cotangent[i] }
        }
        k -= 1
      }
      var projection = 0.0
      for i in 0..<n { projection += adjoint[i] * drifted[i] }
      earned -= projection / growth
      for i in 0..<n { adjoint[i] = adjoint[i] * (1 + r[i]) / growth + earned * (r[i] - f) }
      s -= 1
    }
  }

  private static func invalidReturn(
    _ row: Int, _ n: Int, _ r: UnsafePointer<Double>, _ f: Double
  ) -> PortfolioPathError {
    for i in 0..<n where !r[i].isFinite {
      return .invalidReturn(row: row, asset: i, value: r[i])
    }
    return .invalidCash(row: row, value: f)
  }
}
