internal import Autodiff

/// The sample covariance with the eigenvalues that random data would have flattened to their mean.
///
/// Correlations of T independent rows of N assets have eigenvalues up to
/// `λ₊ = σ² (1 + √(N/T))²` (Marchenko & Pastur 1967), σ² the share of the variance that is noise. Those
/// below are replaced by their mean, so the trace stays; the result is scaled back to a unit diagonal
/// and takes the sample's volatilities. σ² starts at 1 and is the mean of the eigenvalues below λ₊ until
/// their number settles. Positive definite unless all eigenvalues below λ₊ are zero.
///
/// - Source: Laloux, Cizeau, Bouchaud & Potters (1999), Physical Review Letters 83; López de Prado
///   (2020), *Machine Learning for Asset Managers*, §2.5.1.
public struct DenoisedCovariance: CovarianceEstimator, Hashable {
  /// T, the number of rows used; at least 2.
  public let window: Int

  /// The denoised covariance over `window` rows.
  public init(window: Int) {
    check(window >= 2, "DenoisedCovariance: window \(window); expected at least 2 rows")
    self.window = window
  }

  /// Writes the denoised covariance of the returns.
  public func estimate(
    returns: UnsafeBufferPointer<Double>, assets n: Int,
    into covariance: UnsafeMutableBufferPointer<Double>
  ) {
    let spectrum = CorrelationSpectrum(returns: returns, rows: window, assets: n)
    let noise = noiseCount(spectrum.eigen.values)
    var values = spectrum.eigen.values.map { max(0, $0) }
    if noise > 0 {
      let mean = values[..<noise].reduce(0, +) / Double(noise)
      for k in 0..<noise { values[k] = mean }
    }
    let correlations = spectrum.combination(0..<n, values: values)
    for i in 0..<n {
      for j in i..<n {
        let unit = (correlations[i, i] * correlations[j, j]).squareRoot()
        let correlation = i == j ? 1 : unit > 0 ? correlations[i, j] / unit : 0
        covariance[i * n + j] = correlation * spectrum.volatilities[i] * spectrum.volatilities[j]
        covariance[j * n + i] = covariance[i * n + j]
      }
    }
  }

  /// How many of the ascending eigenvalues lie at or below λ₊.
  package func noiseCount(_ values: [Double]) -> Int {
    let ratio = 1 + (Double(values.count) / Double(window)).squareRoot()
    var (share, count) = (1.0, -1)
    // The edge falls with every eigenvalue that leaves the noise: at most as many rounds as values.
    while true {
      let edge = share * ratio * ratio
      let below = values.filter { $0 <= edge }.count
      guard below != count, below > 0 else { return max(0, below) }
      count = below
      share = values[..<below].reduce(0, +) / Double(below)
    }
  }
}
