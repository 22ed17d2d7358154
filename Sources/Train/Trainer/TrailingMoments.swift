internal import Autodiff
internal import Finance

/// Trailing covariances taken apart, for heads that forecast one part and keep the other.
struct TrailingMoments {
  /// `[D, N]`, per row.
  let volatilities: Variable
  /// `[D, N, N]`, with ones on the diagonal.
  let correlations: Variable

  /// Of covariances `[D, N, N]`, row-major.
  init(covariances: ArraySlice<Double>, assets n: Int, on tape: Tape) {
    let values = Array(covariances)
    let dates = values.count / (n * n)
    var (volatility, correlation) = ([Double](repeating: 0, count: dates * n), values)
    for d in 0..<dates {
      let start = d * n * n
      for i in 0..<n {
        // An asset that did not move: the smallest volatility that counts, 0.01 % a year.
        volatility[d * n + i] = max(values[start + i * n + i].squareRoot(), 6.3e-6)
      }
      for i in 0..<n {
        for j in 0..<n {
          correlation[start + i * n + j] =
            i == j
            ? 1 : values[start + i * n + j] / (volatility[d * n + i] * volatility[d * n + j])
        }
      }
    }
    volatilities = tape.constant(Tensor(converting: volatility, shape: Shape(dates, n)))
    correlations = tape.constant(Tensor(converting: correlation, shape: Shape(dates, n, n)))
  }
}
