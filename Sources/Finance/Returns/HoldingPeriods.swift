internal import Autodiff

/// The division of rows into holding periods, one from each trade to the next.
///
/// Period `k` earns the rows after trade `k` up to and including the row of trade `k + 1`, where the
/// next trade's cost is charged; the last one runs to the last row. The first period also takes in
/// the row of the first trade, so that the first purchase's cost counts. A trade on the last row
/// starts no period.
///
/// The period return compounds its rows: `P = Π (1 + r) − 1`.
public struct HoldingPeriods: Sendable, Hashable {
  /// Period `k` covers the rows `boundaries[k]..<boundaries[k + 1]`.
  public let boundaries: [Int]

  /// The number of periods.
  public var count: Int { max(0, boundaries.count - 1) }

  /// Periods between ascending trade rows of `rowCount` rows.
  public init(tradeRows: [Int], rowCount: Int) {
    for (k, row) in tradeRows.enumerated() {
      check(
        row >= 0 && row < rowCount && (k == 0 || row > tradeRows[k - 1]),
        "HoldingPeriods: trade \(k) at row \(row) of \(rowCount); rows must ascend")
    }
    var boundaries = tradeRows
    for k in boundaries.indices.dropFirst() { boundaries[k] += 1 }
    if let last = tradeRows.last, last + 1 < rowCount { boundaries.append(rowCount) }
    self.boundaries = boundaries
  }

  /// The compounded return of each period.
  public func compound(_ returns: [Double]) -> [Double] {
    check(
      returns.count >= boundaries.last ?? 0,
      "HoldingPeriods: \(returns.count) returns for \(boundaries.last ?? 0) rows")
    var result = [Double](repeating: 0, count: count)
    Self.forward(periods: count, boundaries: boundaries, returns: returns, compounded: &result)
    return result
  }

  /// `compounded[k] = Π (1 + r) − 1` over the rows of period `k`; `boundaries` is `[periods + 1]`.
  ///
  /// Summed as `P ← P + r + P r`, which keeps small returns' last digits.
  package static func forward(
    periods: Int, boundaries: UnsafePointer<Int>, returns: UnsafePointer<Double>,
    compounded: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<periods {
      var sum = 0.0
      for s in boundaries[k]..<boundaries[k + 1] { sum += returns[s] + sum * returns[s] }
      compounded[k] = sum
    }
  }

  /// Adds to `gradient` the gradient with respect to the row returns.
  ///
  /// `∂P/∂rₛ = (1 + P) / (1 + rₛ)`: the growth of the other rows, multiplied out for a row that
  /// loses everything.
  package static func backward(
    periods: Int, boundaries: UnsafePointer<Int>, returns: UnsafePointer<Double>,
    cotangent: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<periods {
      let (start, end) = (boundaries[k], boundaries[k + 1])
      var growth = 1.0
      for s in start..<end { growth *= 1 + returns[s] }
      for s in start..<end {
        var others = growth / (1 + returns[s])
        if returns[s] == -1 {
          others = 1
          for other in start..<end where other != s { others *= 1 + returns[other] }
        }
        gradient[s] += cotangent[k] * others
      }
    }
  }
}
