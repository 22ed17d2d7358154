#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Long-run variances of scalar series: `Σ_k w(k/S) γ_k` over all lags.
package enum LongRunVariance {
  /// With the quadratic spectral kernel, never negative.
  ///
  /// `bandwidth` nil takes Andrews' from a first-order autoregression,
  /// `S = 1.3221 (T · 4ρ²/(1−ρ)⁴)^{1/5}`. The series is demeaned; autocovariances have divisor T.
  ///
  /// - Source: Andrews (1991), Econometrica 59, (2.7), (5.3), (6.4).
  package static func quadraticSpectral(
    _ series: [Double], bandwidth: Double? = nil
  ) -> Double {
    let count = series.count
    let mean = Measures.mean(series)
    let x = series.map { $0 - mean }
    let width = bandwidth ?? andrewsBandwidth(x)
    var total = autocovariance(x, 0)
    // At a tiny bandwidth every weight beyond lag 0 vanishes.
    guard width > 1e-6 else { return total }
    for lag in 1..<max(count, 1) {
      let a = 6 * Double.pi / 5 * Double(lag) / width
      total += 2 * 3 / (a * a) * (sin(a) / a - cos(a)) * autocovariance(x, lag)
    }
    return max(0, total)
  }

  /// `γ_k = Σ_{t ≥ k} x_t x_{t−k} / T` of a demeaned series.
  package static func autocovariance(_ x: [Double], _ lag: Int) -> Double {
    x.withUnsafeBufferPointer { x in
      var sum = 0.0
      for t in lag..<x.count { sum += x[t] * x[t - lag] }
      return sum / Double(x.count)
    }
  }

  private static func andrewsBandwidth(_ x: [Double]) -> Double {
    var (cross, square) = (0.0, 0.0)
    for t in 1..<max(x.count, 1) {
      cross += x[t] * x[t - 1]
      square += x[t - 1] * x[t - 1]
    }
    guard square > 0 else { return 0 }
    // Kept off a unit root, where the plug-in would be infinite (Andrews 1991, §6).
    let rho = max(-0.97, min(0.97, cross / square))
    let alpha = 4 * rho * rho / pow(1 - rho, 4)
    return 1.3221 * pow(alpha * Double(x.count), 0.2)
  }
}
