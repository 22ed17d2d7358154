internal import Autodiff

/// The augmented Dickey–Fuller test of a unit root, with a constant.
///
/// The regression `Δy_t = α + β y_{t−1} + Σ_{i=1}^{p} γ_i Δy_{t−i} + ε_t`; the statistic is β̂ over its
/// standard error. Under a unit root it is not normally distributed: the critical values are MacKinnon's
/// response surfaces in the number of rows. Below them the series is called stationary.
///
/// - Source: Dickey & Fuller (1979), J. American Statistical Association 74; MacKinnon (2010), *Critical
///   Values for Cointegration Tests*, table 2 (constant, one variable).
public struct AugmentedDickeyFuller: Sendable, Hashable {
  /// β̂ over its standard error; NaN for a series without variation.
  public let statistic: Double
  /// The number of rows in the regression.
  public let count: Int

  /// Tests a series with p lagged differences; needs 10 rows more than lags.
  public init(_ levels: [Double], lags p: Int) {
    check(p >= 0, "AugmentedDickeyFuller: \(p) lags")
    let first = p + 1
    check(
      levels.count >= p + 10,
      "AugmentedDickeyFuller: \(levels.count) rows for \(p) lags; expected at least \(p + 10)")
    let width = p + 2
    count = levels.count - first
    // Standardised, so that the normal equations are well-conditioned in any unit.
    let (centre, scale) = (Measures.mean(levels), Measures.standardDeviation(levels))
    guard scale > 0 else {
      statistic = .nan
      return
    }
    let series = levels.map { ($0 - centre) / scale }
    func regressors(_ t: Int) -> [Double] {
      [1, series[t - 1]] + (0..<p).map { series[t - 1 - $0] - series[t - 2 - $0] }
    }
    var normal = [Double](repeating: 0, count: width * width)
    var right = [Double](repeating: 0, count: width)
    for t in first..<series.count {
      let x = regressors(t)
      let y = series[t] - series[t - 1]
      for i in 0..<width {
        right[i] += x[i] * y
        for j in 0..<width { normal[i * width + j] += x[i] * x[j] }
      }
    }
    var factor = normal
    guard Cholesky.factor(count: width, matrix: &factor, floor: 1e-14) == nil else {
      statistic = .nan
      return
    }
    func solve(_ vector: [Double]) -> [Double] {
      var solution = vector
      Cholesky.solveTransposed(count: width, factor: factor, vector: &solution)
      Cholesky.solve(count: width, factor: factor, vector: &solution)
      return solution
    }
    let coefficients = solve(right)
    var squares = 0.0
    for t in first..<series.count {
      var residual = series[t] - series[t - 1]
      for (x, b) in zip(regressors(t), coefficients) { residual -= x * b }
      squares += residual * residual
    }
    var unit = [Double](repeating: 0, count: width)
    unit[1] = 1
    let variance = squares / Double(count - width) * solve(unit)[1]
    statistic = variance > 0 ? coefficients[1] / variance.squareRoot() : .nan
  }

  /// The critical value at 1, 5 or 10 %.
  public func criticalValue(_ level: Level) -> Double {
    let x = 1 / Double(count)
    let b = level.surface
    return b[0] + x * (b[1] + x * (b[2] + x * b[3]))
  }

  /// Whether a unit root is rejected at 5 %.
  public var isStationary: Bool { statistic < criticalValue(.five) }

  /// A level of significance.
  public enum Level: Sendable, CaseIterable {
    case one
    case five
    case ten

    /// β∞, β₁, β₂, β₃ of the response surface.
    var surface: [Double] {
      switch self {
      case .one: [-3.43035, -6.5393, -16.786, -79.433]
      case .five: [-2.86154, -2.8903, -4.234, -40.040]
      case .ten: [-2.56677, -1.5384, -2.809, 0]
      }
    }
  }
}
