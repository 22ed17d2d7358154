internal import Autodiff

/// The standard-deviation-based risk measure `R(w) = −κ μᵀw + σ(w)`: volatility, tilted by expected
/// returns. With `κ = 0` plain volatility.
///
/// - Units: `μ` and `σ` per period. `R` must be positive for every long-only portfolio, or the risk
///   cannot be shared out: `κ` below the least `σ(w) / μᵀw`.
/// - Source: Roncalli (2013), *Introducing Expected Returns into Risk Parity Portfolios*.
public struct TiltedVolatility: RiskMeasure {
  /// `Σ` `[N, N]`.
  public let covariance: Matrix
  /// `μ` `[N]`.
  public let expectedReturns: [Double]
  /// `κ ≥ 0`.
  public let tilt: Double

  /// A measure.
  public init(covariance: Matrix, expectedReturns: [Double], tilt: Double) {
    let n = expectedReturns.count
    check(
      covariance.rows == n && covariance.columns == n,
      "TiltedVolatility: covariance \(covariance.rows) × \(covariance.columns) for \(n) returns")
    check(tilt >= 0, "TiltedVolatility: tilt \(tilt) is negative")
    self.covariance = covariance
    self.expectedReturns = expectedReturns
    self.tilt = tilt
  }

  /// The number of assets.
  public var count: Int { expectedReturns.count }

  /// `∇R = −κμ + Σy/σ`, `∇²R = Σ/σ − Σy yᵀΣ/σ³`.
  public func evaluate(_ y: [Double]) -> RiskMeasureValue {
    let marginal = product(y)
    let deviation = max(0, zip(y, marginal).reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
    var curvature = Matrix(rows: count, columns: count)
    for i in 0..<count {
      for j in 0..<count {
        curvature[i, j] =
          (covariance[i, j] - marginal[i] * marginal[j] / (deviation * deviation)) / deviation
      }
    }
    let gain = zip(y, expectedReturns).reduce(0) { $0 + $1.0 * $1.1 }
    return RiskMeasureValue(
      value: deviation - tilt * gain,
      gradient: (0..<count).map { marginal[$0] / deviation - tilt * expectedReturns[$0] },
      curvature: curvature)
  }

  /// The gradient to the measure's own parameters: `v` and `y` of a solution's
  /// ``RiskMeasureBudgetSolution/adjoint(cotangent:)``.
  ///
  /// `Σ̄ = −sym(v yᵀ)/σ + (vᵀΣy) y yᵀ / 2σ³`, `μ̄ = κ v`, `κ̄ = μᵀv`.
  public func gradient(
    holdings y: [Double], adjoint v: [Double]
  ) -> (covariance: Matrix, expectedReturns: [Double], tilt: Double) {
    let marginal = product(y)
    let deviation = zip(y, marginal).reduce(0) { $0 + $1.0 * $1.1 }.squareRoot()
    let along = zip(v, marginal).reduce(0) { $0 + $1.0 * $1.1 }
    var byCovariance = Matrix(rows: count, columns: count)
    for i in 0..<count {
      for j in 0..<count {
        byCovariance[i, j] =
          -0.5 * (v[i] * y[j] + v[j] * y[i]) / deviation
          + 0.5 * along * y[i] * y[j] / (deviation * deviation * deviation)
      }
    }
    return (
      byCovariance, v.map { tilt * $0 },
      zip(v, expectedReturns).reduce(0) { $0 + $1.0 * $1.1 }
    )
  }

  private func product(_ y: [Double]) -> [Double] {
    (0..<count).map { i in
      var sum = 0.0
      for j in 0..<count { sum += 0.5 * (covariance[i, j] + covariance[j, i]) * y[j] }
      return sum
    }
  }
}
