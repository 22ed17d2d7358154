internal import Finance

/// The rows that a block of decisions earns: from its first trade to the end of its last holding
/// period.
struct RowSpan: Sendable {
  /// The first row, as a row of the panel.
  let firstRow: Int
  /// `[R, N]`; 0 until an asset is listed, when nobody can hold it.
  let assetReturns: Matrix
  /// `[R]`.
  let cashReturns: [Double]
  /// The trading rows, from 0 within the span.
  let tradeRows: [Int]

  var rows: Range<Int> { firstRow..<firstRow + cashReturns.count }

  /// Values put on rows of the span, those of trades; 0 elsewhere.
  func onRows(_ values: [Double], at rows: [Int]) -> [Double] {
    var result = [Double](repeating: 0, count: cashReturns.count)
    for (row, value) in zip(rows, values) { result[row] = value }
    return result
  }
}

extension Problem {
  /// The rows that a block of decisions earns.
  func span(of decisions: Range<Int>) -> RowSpan {
    let (every, lag) = (experiment.decisions.every, experiment.execution.lag)
    let first = rows[decisions.lowerBound] + lag
    let last = rows[decisions.upperBound - 1] + every + lag
    let n = assetCount
    return RowSpan(
      firstRow: first,
      assetReturns: Matrix(
        rows: last - first + 1, columns: n,
        elements: data.returns.elements[first * n..<(last + 1) * n].map { $0.isNaN ? 0 : $0 }),
      cashReturns: Array(data.cashReturns[first...last]),
      tradeRows: decisions.map { rows[$0] + lag - first })
  }

  /// The proportional cost of each asset, as a fraction.
  var costs: [Double] {
    [Double](repeating: experiment.execution.costBasisPoints * 1e-4, count: assetCount)
  }

  /// Decisions, and so holding periods, per year.
  var periodsPerYear: Double {
    experiment.data.rowsPerYear / Double(experiment.decisions.every)
  }
}
