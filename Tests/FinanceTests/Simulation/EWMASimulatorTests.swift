import Autodiff
import Testing

@testable import Finance

@Suite struct EWMASimulatorTests {
  private let covariance = Matrix(
    rows: 3, columns: 3, elements: [4, 1, -0.5, 1, 2, 0.3, -0.5, 0.3, 1].map { $0 * 1e-4 })

  /// The factor of every row is that of the plain recursion, started from a singular matrix as well.
  @Test(arguments: [false, true]) func factorsFollowTheRecursion(_ isSingular: Bool) {
    var start = covariance
    if isSingular {
      let direction = [1.0, -2, 0.5]
      for i in 0..<3 { for j in 0..<3 { start[i, j] = 1e-4 * direction[i] * direction[j] } }
    }
    let simulator = EWMASimulator(mean: [0.001, 0, 0], covariance: start, decay: 0.94)
    var plain = start
    var generator = SplitMix64(seed: 3)
    var seen = 0
    let path = simulator.draw(rows: 200, generator: &generator) { shock, factor in
      for i in 0..<3 {
        for j in 0..<3 {
          let own = (0..<3).reduce(0) { $0 + factor[i, $1] * factor[j, $1] }
          #expect(abs(own - plain[i, j]) < 1e-13)
          plain[i, j] = 0.94 * plain[i, j] + 0.06 * shock[i] * shock[j]
        }
      }
      seen += 1
    }
    #expect(seen == 200 && path.rows == 200)
  }

  /// The covariance expected of any row is that of the first; so are the means.
  @Test func everyRowHasTheFirstCovarianceOnAverage() {
    let simulator = EWMASimulator(mean: [0.002, 0, -0.001], covariance: covariance, decay: 0.9)
    let (paths, rows) = (20_000, 6)
    var sums = Matrix(rows: 3, columns: 3)
    var means = [Double](repeating: 0, count: 3)
    for k in 0..<paths {
      let path = simulator.path(k, rows: rows, generator: SplitMix64(seed: 8))
      for i in 0..<3 {
        means[i] += path[rows - 1, i] / Double(paths)
        for j in 0..<3 {
          sums[i, j] +=
            (path[rows - 1, i] - simulator.mean[i]) * (path[rows - 1, j] - simulator.mean[j])
            / Double(paths)
        }
      }
    }
    // Standard errors: about 2 % of a variance, 1.4e-4 of a mean.
    for i in 0..<3 {
      #expect(abs(means[i] - simulator.mean[i]) < 6e-4)
      for j in 0..<3 { #expect(abs(sums[i, j] - covariance[i, j]) < 3e-5) }
    }
  }

  /// Independent rows with the estimator's own covariance and the history's means.
  @Test func estimatorsSimulateWhatTheyEstimate() {
    var history = SyntheticDCC.returns
    for index in history.elements.indices { history.elements[index] /= 100 }
    let following = EWMACovariance(halfLife: 20, window: 250)
    let direct = EWMASimulator(
      mean: (0..<3).map { Measures.mean(history.column($0)) },
      covariance: following.covariance(of: history), decay: following.decay)
    #expect(
      following.simulator(of: history).path(0, rows: 50, generator: SplitMix64(seed: 5))
        == direct.path(0, rows: 50, generator: SplitMix64(seed: 5)))
    let estimators: [any CovarianceEstimator] = [
      SampleCovariance(window: 250), LedoitWolfCovariance(window: 250), OASCovariance(window: 250),
      PrincipalComponentCovariance(factors: 1, window: 250), DenoisedCovariance(window: 250),
    ]
    for estimator in estimators {
      let target = estimator.covariance(of: history)
      let path = estimator.simulator(of: history)
        .path(0, rows: 40_000, generator: SplitMix64(seed: 5))
      let found = SampleCovariance(window: 40_000).covariance(of: path)
      for i in 0..<3 {
        #expect(
          abs(Measures.mean(path.column(i)) - Measures.mean(history.column(i)))
            < 4 * (target[i, i] / 40_000).squareRoot())
        for j in 0..<3 {
          #expect(
            abs(found[i, j] - target[i, j]) < 0.03 * (target[i, i] * target[j, j]).squareRoot())
        }
      }
    }
  }
}
