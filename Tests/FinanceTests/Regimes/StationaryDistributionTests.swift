import Finance
import Testing

@Suite struct StationaryDistributionTests {
  @Test func solvesTheKnownChain() throws {
    // Two states left with probabilities p and q: π = (q, p) / (p + q).
    let π = try StationaryDistribution.solve(transition: [0.9, 0.1, 0.3, 0.7], count: 2)
    #expect(abs(π[0] - 0.75) < 1e-15 && abs(π[1] - 0.25) < 1e-15)
  }

  @Test func theGradientMatchesDifferences() throws {
    let a = [0.7, 0.2, 0.1, 0.1, 0.6, 0.3, 0.25, 0.25, 0.5]
    let c = [0.3, -1.1, 0.7]
    func value(_ a: [Double]) throws -> Double {
      zip(try StationaryDistribution.solve(transition: a, count: 3), c).reduce(0) {
        $0 + $1.0 * $1.1
      }
    }
    let π = try StationaryDistribution.solve(transition: a, count: 3)
    let gradient = StationaryDistribution.gradient(
      transition: a, count: 3, distribution: π, cotangent: c)
    let h = 1e-6
    for k in 0..<9 {
      var (upper, lower) = (a, a)
      upper[k] += h
      lower[k] -= h
      let numeric = (try value(upper) - (try value(lower))) / (2 * h)
      #expect(abs(numeric - gradient[k]) < 1e-8)
    }
  }

  @Test func chainsWithoutOneAnswerAreRefused() {
    #expect(throws: RegimeError.reducible) {
      try StationaryDistribution.solve(
        transition: [0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0.3, 0.7, 0, 0, 0.7, 0.3], count: 4)
    }
    #expect(throws: RegimeError.notStochastic(row: 0, sum: 1.5)) {
      try StationaryDistribution.solve(transition: [1, 0.5, 0.5, 0.5], count: 2)
    }
  }
}
