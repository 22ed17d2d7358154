internal import Autodiff
internal import Finance

/// The daily returns that recursions such as GARCH run on, up to the last decision of a block.
///
/// Nothing after the last decision's row is read, and long-run moments are those of the warm-up alone.
struct ReturnPath {
  /// `[T, N]`: the warm-up, then every row up to the last decision's.
  let returns: Variable
  /// Mean squares over the warm-up `[N]`.
  let variances: Variable
  /// Correlations over the warm-up `[N, N]`, uncentred, shrunk a tenth toward the identity.
  let correlations: Variable
  /// The position of every decision's row.
  private let positions: [Int]

  /// `rows` are the decisions' rows; the warm-up ends with the first of them.
  init(_ data: MarketData, rows: [Int], warmup: Int, on tape: Tape) {
    let first = max(data.firstReturnRow, rows[0] - warmup + 1)
    let last = rows[rows.count - 1]
    let n = data.assets.count
    positions = rows.map { $0 - first }
    let values = Array(data.returns.elements[first * n..<(last + 1) * n])
    let count = rows[0] - first + 1
    var moments = [Double](repeating: 0, count: n * n)
    for t in 0..<count {
      for i in 0..<n {
        for j in 0..<n { moments[i * n + j] += values[t * n + i] * values[t * n + j] }
      }
    }
    for k in moments.indices { moments[k] /= Double(count) }
    // A price that never moved has a variance all the same, or the recursion divides by zero.
    let variance = (0..<n).map { max(moments[$0 * n + $0], 1e-12) }
    var correlation = moments
    for i in 0..<n {
      for j in 0..<n {
        correlation[i * n + j] =
          i == j ? 1 : 0.9 * moments[i * n + j] / (variance[i] * variance[j]).squareRoot()
      }
    }
    returns = tape.constant(Tensor(converting: values, shape: Shape(last - first + 1, n)))
    variances = tape.constant(Tensor(converting: variance, shape: Shape(n)))
    correlations = tape.constant(Tensor(converting: correlation, shape: Shape(n, n)))
  }

  /// The rows of the decisions out of `[T, …]`.
  func atDecisions(_ values: Variable) -> Variable {
    stack(positions.map { values.slice(at: $0, axis: 0) })
  }
}
