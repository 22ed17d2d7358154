import Autodiff
import Finance
import Testing

@Suite struct RegimeEstimationTests {
  @Test func plantedRegimesAreFound() throws {
    var stream = SplitMix64(seed: 12).split("regimes")
    let (returns, truth) = KnownTruth.regimes.process.draw(rows: 8000, generator: &stream)
    let found = try RegimeEstimation(returns, regimes: 2)
    // The likelihood never falls.
    for (a, b) in zip(found.path, found.path.dropFirst()) { #expect(b >= a - 1e-9 * abs(a)) }
    #expect(found.path.count > 3)
    let planted = KnownTruth.regimes.process
    for k in 0..<2 {
      #expect(abs(found.process.transitions[k, k] - (1 - 1.0 / 125)) < 0.004)
      for i in 0..<7 {
        let ratio =
          found.process.regimes[k].covariance[i, i] / planted.regimes[k].covariance[i, i]
        #expect(abs(ratio - 1) < 0.12, "regime \(k), asset \(i)")
      }
    }
    // Nearly every row is told apart.
    let right = truth.indices.filter {
      (found.probabilities[$0, truth[$0]] > 0.5)
    }.count
    #expect(Double(right) / 8000 > 0.93)
    for t in stride(from: 0, to: 8000, by: 101) {
      #expect(abs(found.probabilities.row(t).reduce(0, +) - 1) < 1e-9)
    }
  }

  /// One regime: mean, covariance and likelihood of the normal distribution.
  @Test func oneRegimeIsTheNormalDistribution() throws {
    let returns = SyntheticDCC.returns
    let found = try RegimeEstimation(returns, regimes: 1)
    let sample = SampleCovariance(window: 1000).covariance(of: returns)
    for i in 0..<3 {
      #expect(
        abs(found.process.regimes[0].mean[i] - Measures.mean(returns.column(i))) < 1e-12)
      for j in 0..<3 {
        #expect(
          abs(found.process.regimes[0].covariance[i, j] - sample[i, j] * 0.999)
            < 1e-6 * sample[i, i])
      }
    }
  }

  @Test func whatCannotBeEstimatedIsRefused() {
    #expect(throws: RegimeEstimationError.tooFewRows(rows: 60, needed: 100)) {
      try RegimeEstimation(Matrix(rows: 60, columns: 2, repeating: 0.1), regimes: 2)
    }
    var bad = SyntheticDCC.returns
    bad[7, 1] = .nan
    let error = #expect(throws: RegimeEstimationError.self) {
      try RegimeEstimation(bad, regimes: 2)
    }
    #expect(error?.description.contains("row 7") == true)
  }
}
