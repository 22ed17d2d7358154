internal import Autodiff

/// A change of correlations and means that keeps everything else of a history: volatilities, tails, order.
///
/// `r′ = m′ + D L′ L⁻¹ D⁻¹ (r − m)` with D the volatilities of the history and `C = L Lᵀ`, `C′ = L′ L′ᵀ` the
/// correlations before and after (C′ the nearest correlation matrix where the wanted one is none). The
/// transformed history has exactly the correlations C′ and the means m′.
public struct CorrelationShift: Sendable {
  /// The correlations of the history.
  public let before: Matrix
  /// The correlations of what ``callAsFunction(_:)`` gives.
  public let after: Matrix
  private let means: [Double]
  private let newMeans: [Double]
  /// `D L′ L⁻¹ D⁻¹`.
  private let map: Matrix

  /// Forces the correlation of every pair of `first` and `second` to `correlation`.
  ///
  /// `means` are per row, by asset; nil keeps the history's. Throws a ``CovarianceError`` for a history whose
  /// correlations are singular.
  public init(
    history: Matrix, first: [Int], second: [Int], correlation: Double, means: [Double]? = nil
  ) throws(CovarianceError) {
    let (rows, n) = (history.rows, history.columns)
    check(rows > n + 1, "CorrelationShift: \(rows) rows of \(n) assets")
    check(correlation.magnitude <= 1, "CorrelationShift: correlation \(correlation)")
    let own = (0..<n).map { Measures.mean(history.column($0)) }
    let deviations = (0..<n).map { Measures.standardDeviation(history.column($0)) }
    var before = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        var sum = 0.0
        for t in 0..<rows { sum += (history[t, i] - own[i]) * (history[t, j] - own[j]) }
        before[i, j] = i == j ? 1 : sum / Double(rows - 1) / (deviations[i] * deviations[j])
      }
    }
    var wanted = before
    for i in first {
      for j in second where i != j {
        wanted[i, j] = correlation
        wanted[j, i] = correlation
      }
    }
    let after = nearestCorrelation(to: wanted, floor: 1e-6, tolerance: 1e-10)
    let (lower, target) = (try Self.factor(before), try Self.factor(after))
    // X = L′ L⁻¹ row by row: X L = L′, from the last column backwards.
    var x = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in (0..<n).reversed() {
        var value = target[i, j]
        for k in j + 1..<max(n, j + 1) { value -= x[i, k] * lower[k, j] }
        x[i, j] = value / lower[j, j]
      }
    }
    for i in 0..<n { for j in 0..<n { x[i, j] *= deviations[i] / deviations[j] } }
    self.before = before
    self.after = after
    self.means = own
    newMeans = means ?? own
    map = x
  }

  /// Rows of the history, or rows drawn from it, with the new correlations and means.
  public func callAsFunction(_ returns: Matrix) -> Matrix {
    let n = means.count
    check(returns.columns == n, "CorrelationShift: \(returns.columns) assets; expected \(n)")
    var result = returns
    for t in 0..<returns.rows {
      for i in 0..<n {
        var sum = newMeans[i]
        for j in 0..<n { sum += map[i, j] * (returns[t, j] - means[j]) }
        // A loss of everything or more has no price.
        result[t, i] = max(-0.99, sum)
      }
    }
    return result
  }

  /// `L` with `C = L Lᵀ`.
  private static func factor(_ matrix: Matrix) throws(CovarianceError) -> Matrix {
    let n = matrix.rows
    var upper = matrix.elements
    guard Cholesky.factor(count: n, matrix: &upper, floor: 1e-12) == nil else {
      let smallest = SymmetricEigen(matrix).values.first ?? 0
      throw .indefinite(smallestEigenvalue: smallest, smallestCorrelationEigenvalue: smallest)
    }
    var lower = Matrix(rows: n, columns: n)
    for i in 0..<n { for j in 0...i { lower[i, j] = upper[j * n + i] } }
    return lower
  }
}
