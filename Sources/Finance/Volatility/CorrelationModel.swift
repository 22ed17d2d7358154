internal import Autodiff

/// Conditional correlations over models of the single series: CCC and DCC.
///
/// `Σₜ = Dₜ Rₜ Dₜ`, D the volatilities of the margins, z their standardised shocks, `Q̄ = ZᵀZ / T` (not
/// demeaned, not rescaled). Constant: R is Q̄ with a unit diagonal. Dynamic: `Q₁ = Q̄`,
/// `Qₜ = (1−a−b) Q̄ + a zₜ₋₁zₜ₋₁ᵀ + b Qₜ₋₁`, `Rₜ = diag(Q)^{−½} Q diag(Q)^{−½}`, a, b ≥ 0, a + b < 1:
/// positive definite whatever the data, by construction.
///
/// Estimated by maximum likelihood in two steps: the margins one by one, then (a, b) given their
/// shocks, with a normal likelihood.
///
/// - Source: Bollerslev (1990), Review of Economics and Statistics 72; Engle (2002), *Dynamic
///   Conditional Correlation*, J. Business & Economic Statistics 20(3).
public struct CorrelationModel: Sendable, Hashable {
  /// Whether correlations move.
  public enum Dynamics: String, Sendable, CaseIterable {
    /// Constant conditional correlations.
    case constant
    /// Dynamic conditional correlations.
    case dynamic
  }

  /// Whether correlations move.
  public let dynamics: Dynamics
  /// The model of every series.
  public let margin: VolatilityModel

  /// A model.
  public init(_ dynamics: Dynamics, margin: VolatilityModel = VolatilityModel(.garch)) {
    self.dynamics = dynamics
    self.margin = margin
  }

  /// Estimates the model from returns `[T, N]`.
  ///
  /// Throws what the margins throw, with the series' number, and where Q̄ is singular: fewer rows
  /// than series, or a series that others make up.
  public func fit(_ returns: Matrix) throws(VolatilityError) -> CorrelationFit {
    let n = returns.columns
    check(n >= 1, "CorrelationModel: no series")
    var margins: [VolatilityFit] = []
    var shocks: [[Double]] = []
    for i in 0..<n {
      let column = returns.column(i)
      do throws(VolatilityError) {
        let fit = try margin.fit(column)
        margins.append(fit)
        shocks.append(margin.path(fit.parameters, returns: column).shocks)
      } catch { throw .series(i, error) }
    }
    let target = Self.secondMoments(shocks)
    if let series = Self.dependentSeries(target) { throw .singularCorrelations(series: series) }
    let marginal = margins.reduce(0) { $0 + $1.logLikelihood }
    let kernel = CorrelationKernel(shocks: shocks, target: target)
    guard dynamics == .dynamic, n > 1 else {
      return CorrelationFit(
        model: self, margins: margins, target: target, a: 0, b: 0,
        logLikelihood: marginal + kernel.evaluate(0, 0).value, covariance: nil,
        robustCovariance: nil, onBounds: [], iterations: 0, evaluations: 1)
    }
    return try fitDynamics(kernel, margins: margins, marginal: marginal)
  }

  private func fitDynamics(
    _ kernel: CorrelationKernel, margins: [VolatilityFit], marginal: Double
  ) throws(VolatilityError) -> CorrelationFit {
    // Coordinates: P = a + b and s = a / P, so that the constraints are bounds.
    var outer = SIMD3<Double>()
    func negative(_ y: [Double], _ gradient: inout [Double]) -> Double {
      let (value, slope, products) = kernel.evaluate(y[0] * y[1], y[0] * (1 - y[1]))
      outer = products
      gradient[0] = -(slope[0] * y[1] + slope[1] * (1 - y[1]))
      gradient[1] = -y[0] * (slope[0] - slope[1])
      return -value
    }
    /// Of the last evaluation, which was at y.
    func outerProducts(_ y: [Double]) -> [Double] {
      let (p, q) = ([y[1], y[0]], [1 - y[1], -y[0]])
      return [0, 1, 2, 3].map { k in
        let (i, j) = (k / 2, k % 2)
        return p[i] * p[j] * outer[0] + (p[i] * q[j] + q[i] * p[j]) * outer[1]
          + q[i] * q[j] * outer[2]
      }
    }
    let minimizer = BoundedMinimizer(
      lower: [0, 0], upper: [VolatilityCoordinates.largestPersistence, 1],
      noise: 4e-15 * Double(kernel.dates * kernel.series))
    var last: BoundedMinimizer.Outcome?
    for start in [[0.98, 0.025], [0.9, 0.05], [0.995, 0.01]] {
      let outcome = minimizer.minimise(from: start, metric: outerProducts, negative)
      last = outcome
      guard outcome.converged else { continue }
      let (persistence, share) = (outcome.point[0], outcome.point[1])
      outer = kernel.evaluate(persistence * share, persistence * (1 - share)).outer
      let (covariance, robust) = Self.covariances(outcome, outer: outerProducts(outcome.point))
      var onBounds: [String] = []
      if outcome.held[0] != 0 { onBounds.append("persistence") }
      if outcome.held[1] != 0 { onBounds.append(outcome.held[1] < 0 ? "a" : "b") }
      return CorrelationFit(
        model: self, margins: margins, target: kernel.target, a: persistence * share,
        b: persistence * (1 - share), logLikelihood: marginal - outcome.value,
        covariance: covariance, robustCovariance: robust, onBounds: onBounds,
        iterations: outcome.iterations, evaluations: outcome.evaluations + 1)
    }
    throw .notConverged(
      model: "DCC", iterations: last?.iterations ?? 0,
      logLikelihood: marginal - (last?.value ?? .infinity), decrement: last?.decrement ?? .infinity)
  }

  /// `ZᵀZ / T`.
  private static func secondMoments(_ shocks: [[Double]]) -> Matrix {
    let n = shocks.count
    var result = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in i..<n {
        var sum = 0.0
        for t in shocks[i].indices { sum += shocks[i][t] * shocks[j][t] }
        result[i, j] = sum / Double(shocks[i].count)
        result[j, i] = result[i, j]
      }
    }
    return result
  }

  /// The first series that those before it make up; nil for a positive definite matrix.
  private static func dependentSeries(_ matrix: Matrix) -> Int? {
    let n = matrix.rows
    var correlations = matrix.elements
    for i in 0..<n {
      for j in 0..<n {
        correlations[i * n + j] /= (matrix[i, i] * matrix[j, j]).squareRoot()
      }
    }
    return Cholesky.factor(count: n, matrix: &correlations, floor: 1e-10)?.index
  }

  /// The covariances of (a, b) from those of the coordinates that are free.
  private static func covariances(
    _ outcome: BoundedMinimizer.Outcome, outer: [Double]
  ) -> (Matrix?, Matrix?) {
    guard outcome.curved, outcome.held == [0, 0] else { return (nil, nil) }
    let h = outcome.hessian
    let determinant = h[0] * h[3] - h[1] * h[2]
    let inverse = Matrix(
      rows: 2, columns: 2, elements: [h[3], -h[1], -h[2], h[0]].map { $0 / determinant })
    func product(_ a: Matrix, _ b: Matrix) -> Matrix {
      var c = Matrix(rows: 2, columns: 2)
      for i in 0..<2 {
        for j in 0..<2 { c[i, j] = a[i, 0] * b[0, j] + a[i, 1] * b[1, j] }
      }
      return c
    }
    let (p, s) = (outcome.point[0], outcome.point[1])
    let jacobian = Matrix(rows: 2, columns: 2, elements: [s, p, 1 - s, -p])
    let transposed = Matrix(rows: 2, columns: 2, elements: [s, 1 - s, p, -p])
    let robust = product(
      product(inverse, Matrix(rows: 2, columns: 2, elements: outer)), inverse)
    return (
      product(product(jacobian, inverse), transposed),
      product(product(jacobian, robust), transposed)
    )
  }
}
