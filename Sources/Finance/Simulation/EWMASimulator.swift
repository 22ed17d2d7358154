public import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Paths under exponentially weighted covariances: normal shocks `e_t` whose covariance follows them,
/// `Σ_{t+1} = λ Σ_t + (1 − λ) e_t e_tᵀ`, around constant means.
///
/// The covariance expected for any later row is today's, but nothing pulls a path back to it: on most long
/// paths volatility falls towards zero, on few it becomes very large. A row's return is cut off at a loss of
/// 99 %, beyond which there is no price; the covariance follows the shock as it was.
///
/// - Units: simple returns per row.
/// - Source: J.P. Morgan/Reuters (1996), *RiskMetrics Technical Document*, §5.2; Nelson (1990),
///   *Stationarity and Persistence in the GARCH(1,1) Model*, Econometric Theory 6, on the limit.
public struct EWMASimulator: MarketSimulator {
  /// The expected simple returns per row `[N]`.
  public let mean: [Double]
  /// `Σ_1`, the covariance of the first row `[N, N]`.
  public let covariance: Matrix
  /// λ, in (0, 1).
  public let decay: Double
  /// N, the number of assets.
  public var assets: Int { mean.count }
  private let root: Matrix

  /// Draws from a covariance on; it must be positive semidefinite.
  public init(mean: [Double], covariance: Matrix, decay: Double) {
    check(
      covariance.rows == mean.count && covariance.columns == mean.count && !mean.isEmpty,
      "EWMASimulator: \(mean.count) means, covariance \(covariance.rows) × \(covariance.columns)")
    check(decay > 0 && decay < 1, "EWMASimulator: decay \(decay); expected between 0 and 1")
    (self.mean, self.covariance, self.decay) = (mean, covariance, decay)
    root = covariance.squareRoot
  }

  /// Draws simple returns `[rows, assets]`.
  public func returns(rows: Int, generator: inout SplitMix64) -> Matrix {
    draw(rows: rows, generator: &generator) { _, _ in }
  }

  /// Draws simple returns; `see` is shown the shock `[N]` of each row and a factor F `[N, N]` of its covariance
  /// `F Fᵀ`.
  ///
  /// With `e = F z`, `λ F Fᵀ + (1 − λ) e eᵀ` has the factor `√λ (F + c e zᵀ)`,
  /// `c = (√(1 + |z|² (1 − λ) / λ) − 1) / |z|²`: no row needs a factorisation.
  func draw(
    rows: Int, generator: inout SplitMix64, see: (_ shock: [Double], _ factor: Matrix) -> Void
  ) -> Matrix {
    let n = assets
    var (result, factor) = (Matrix(rows: rows, columns: n), root)
    for t in 0..<rows {
      let z = generator.normals(n)
      let shock = factor.times(z)
      see(shock, factor)
      for i in 0..<n { result[t, i] = max(-0.99, mean[i] + shock[i]) }
      let square = z.reduce(0) { $0 + $1 * $1 }
      let c = ((1 + square * (1 - decay) / decay).squareRoot() - 1) / square
      let scale = decay.squareRoot()
      for i in 0..<n {
        for j in 0..<n { factor[i, j] = scale * (factor[i, j] + c * shock[i] * z[j]) }
      }
    }
    return result
  }
}
