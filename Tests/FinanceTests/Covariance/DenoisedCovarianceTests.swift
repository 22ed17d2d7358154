import Autodiff
import Finance
import Testing

@Suite struct DenoisedCovarianceTests {
  @Test func independentReturnsLoseAllCorrelation() {
    var generator = SplitMix64(seed: 4)
    let x = Matrix(rows: 400, columns: 40, elements: generator.normals(16_000))
    let c = DenoisedCovariance(window: 400).covariance(of: x)
    let sample = SampleCovariance(window: 400).covariance(of: x)
    for i in 0..<40 {
      #expect(abs(c[i, i] / sample[i, i] - 1) < 1e-12)
      for j in 0..<i { #expect(abs(c[i, j]) < 0.15) }
    }
    var (noise, rest) = (0.0, 0.0)
    for i in 0..<40 {
      for j in 0..<i {
        noise += sample[i, j] * sample[i, j]
        rest += c[i, j] * c[i, j]
      }
    }
    #expect(rest < 0.1 * noise)
  }

  /// One factor over noise: its correlations are known, and the denoised ones are closer to them.
  @Test func aFactorSurvives() {
    var generator = SplitMix64(seed: 5)
    var x = Matrix(rows: 120, columns: 60)
    for t in 0..<120 {
      let z = generator.normals(61)
      for i in 0..<60 { x[t, i] = 0.01 * (0.6 * z[60] + 0.8 * z[i]) }
    }
    func error(_ c: Matrix) -> Double {
      var sum = 0.0
      for i in 0..<60 {
        for j in 0..<i {
          let correlation = c[i, j] / (c[i, i] * c[j, j]).squareRoot()
          sum += (correlation - 0.36) * (correlation - 0.36)
        }
      }
      return sum
    }
    let sample = error(SampleCovariance(window: 120).covariance(of: x))
    let denoised = error(DenoisedCovariance(window: 120).covariance(of: x))
    #expect(denoised < 0.5 * sample)
  }

  @Test func eigenvaluesAreCountedAgainstTheEdge() {
    // q = ¼: the edge is 2.25 σ². With 2.4 and 9 out, σ² falls to .65 and the edge to 1.4625.
    let estimator = DenoisedCovariance(window: 32)
    #expect(estimator.noiseCount([0.2, 0.5, 0.6, 0.8, 0.9, 0.9, 2.4, 9]) == 6)
    #expect(estimator.noiseCount([Double](repeating: 1, count: 8)) == 8)
    #expect(estimator.noiseCount([3, 3]) == 0)
  }

  @Test func fewerRowsThanAssetsStayPositiveDefinite() {
    var generator = SplitMix64(seed: 6)
    let x = Matrix(rows: 20, columns: 50, elements: generator.normals(1000))
    let c = DenoisedCovariance(window: 20).covariance(of: x)
    #expect((SymmetricEigen(c).values.first ?? 0) > 0.01)
  }
}
