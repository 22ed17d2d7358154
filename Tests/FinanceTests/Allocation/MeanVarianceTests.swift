import Autodiff
import Foundation
import Testing

@testable import Finance

@Suite("Mean–variance on markets of every scale")
struct MeanVarianceTests {
  /// Assets whose volatilities lie decades apart, several nearly the same, as bonds of neighbouring
  /// maturities are, and expected returns of any sign: every problem has its first-order conditions.
  @Test("holds the first-order conditions where volatilities lie decades apart")
  func firstOrderConditions() throws {
    for problem in 0..<3000 { try check(problem) }
  }

  private func check(_ problem: Int) throws {
    var random = SplitMix64(seed: 7).split("mean-variance-\(problem)")
    let n = 2 + problem % 9
    let decades = Double(problem % 4)
    func normal() -> Double { random.normals(1)[0] }
    let volatilities = (0..<n).map { _ in 0.01 * pow(10, -decades * random.uniform()) }
    // A common factor with a weight near one makes the first half nearly the same asset.
    let loadings = (0..<n).map { $0 < n / 2 ? 0.99 : 0.6 * random.uniform() }
    var covariance = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        let correlation = i == j ? 1 : loadings[i] * loadings[j]
        covariance[i, j] = correlation * volatilities[i] * volatilities[j]
      }
    }
    let returns = (0..<n).map { 0.1 * volatilities[$0] * normal() }
    let aversion = problem % 3 == 0 ? 0.5 : 4.0
    let w = try MeanVariance(expectedReturns: returns, riskAversion: aversion)
      .weights(covariance: covariance)
    #expect(abs(w.reduce(0, +) - 1) < 1e-12)
    // γΣw − μ is one number over the assets held and not less over the others; its error is measured
    // by the utility that it could cost.
    let gradient = (0..<n).map { i in
      (0..<n).reduce(-returns[i]) { $0 + aversion * covariance[i, $1] * w[$1] }
    }
    let least = gradient.reduce(.infinity, min)
    let scale = gradient.map(\.magnitude).reduce(0, max) + returns.map(\.magnitude).reduce(0, max)
    let loss = zip(w, gradient).reduce(0) { $0 + $1.0 * ($1.1 - least) }
    #expect(w.allSatisfy { $0 >= 0 })
    #expect(loss <= 1e-7 * scale, "problem \(problem): \(w), \(gradient)")
  }
}
