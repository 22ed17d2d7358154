internal import Autodiff

/// A principal-component factor model of the covariance: K factors and specific variances.
///
/// With `C = V Λ Vᵀ` the sample correlations and σ the volatilities, the K largest components are the
/// factors, `B = diag(σ) V_K`, `Φ = Λ_K`, and `dᵢ = σᵢ² Σ_{k > K} λ_k v²ᵢₖ` what they leave: variances
/// are the sample's, correlations those the factors explain. Positive semidefinite always, positive
/// definite unless an asset is all factor.
///
/// - Source: Connor & Korajczyk (1986), J. Financial Economics 15; Fan, Liao & Mincheva (2013), J. Royal
///   Statistical Society B 75 with a diagonal remainder.
public struct PrincipalComponentCovariance: CovarianceEstimator, Hashable {
  /// The number of rows used; at least 2.
  public let window: Int
  /// K, the number of factors; all of them where the assets are fewer.
  public let factors: Int

  /// The model with `factors` components over `window` rows.
  public init(factors: Int, window: Int) {
    check(window >= 2, "PrincipalComponentCovariance: window \(window); expected at least 2 rows")
    check(factors >= 1, "PrincipalComponentCovariance: \(factors) factors; expected at least 1")
    self.factors = factors
    self.window = window
  }

  /// Writes `B Φ Bᵀ + diag(d)` of the returns.
  public func estimate(
    returns: UnsafeBufferPointer<Double>, assets: Int,
    into covariance: UnsafeMutableBufferPointer<Double>
  ) {
    let matrix = decomposition(returns: returns, assets: assets).dense
    for index in 0..<assets * assets { covariance[index] = matrix.elements[index] }
  }

  /// The factors of the last `window` rows of returns, the largest first.
  ///
  /// What solvers that are linear in the number of assets take.
  public func decomposition(of returns: Matrix) -> FactorCovariance {
    check(
      returns.rows >= window,
      "PrincipalComponentCovariance: \(returns.rows) rows of returns; expected \(window)")
    return returns.elements.withUnsafeBufferPointer { all in
      let first = (returns.rows - window) * returns.columns
      return decomposition(
        returns: UnsafeBufferPointer(rebasing: all[first...]), assets: returns.columns)
    }
  }

  private func decomposition(
    returns: UnsafeBufferPointer<Double>, assets n: Int
  ) -> FactorCovariance {
    guard n <= window else { return decompositionByRows(returns: returns, assets: n) }
    let spectrum = CorrelationSpectrum(returns: returns, rows: window, assets: n)
    let count = min(factors, n)
    var loadings = Matrix(rows: n, columns: count)
    var specific = [Double](repeating: 0, count: n)
    for i in 0..<n {
      let volatility = spectrum.volatilities[i]
      for k in 0..<n {
        let element = spectrum.eigen.vectors[i, n - 1 - k]
        if k < count {
          loadings[i, k] = volatility * element
        } else {
          let value = max(0, spectrum.eigen.values[n - 1 - k])
          specific[i] += volatility * volatility * value * element * element
        }
      }
    }
    var variances = Matrix(rows: count, columns: count)
    for k in 0..<count { variances[k, k] = max(0, spectrum.eigen.values[n - 1 - k]) }
    return FactorCovariance(loadings: loadings, factors: variances, idiosyncratic: specific)
  }
}
