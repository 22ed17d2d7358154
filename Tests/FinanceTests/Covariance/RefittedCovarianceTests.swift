import Autodiff
import Finance
import Testing

@Suite struct RefittedCovarianceTests {
  static let estimator = RefittedCovariance(
    CorrelationModel(.dynamic), window: 300, refitEvery: 100)

  @Test func parametersAreThoseOfTheLastFitBefore() throws {
    let data = try EmbeddedData.fourAssets()
    let rows = [400, 450, 500, 550]
    let found = try Self.estimator.covariances(at: rows, of: data)
    func returns(_ row: Int) -> Matrix {
      Matrix(
        rows: 300, columns: 4,
        elements: Array(data.returns.elements[(row - 299) * 4..<(row + 1) * 4]))
    }
    let model = CorrelationModel(.dynamic)
    for (fitted, filtered, place) in [(400, 400, 0), (400, 450, 1), (500, 500, 2), (500, 550, 3)] {
      let expected = try model.fit(returns(fitted)).forecast(after: returns(filtered), horizon: 1)[
        0]
      #expect(sameBits(found[place * 16..<place * 16 + 16], expected.elements))
      #expect((SymmetricEigen(expected).values.first ?? 0) > 0)
    }
  }

  /// A row's covariance, parameters included, is the same whichever others are asked for with it.
  @Test func whatElseIsAskedForDoesNotMatter() throws {
    let data = try EmbeddedData.fourAssets()
    let together = try Self.estimator.covariances(at: [410, 460, 530, 550], of: data)
    for (place, row) in [410, 460, 530, 550].enumerated() {
      #expect(
        sameBits(
          together[place * 16..<place * 16 + 16],
          try Self.estimator.covariances(at: [row], of: data)))
    }
  }

  @Test func theFutureDoesNotReachThePast() throws {
    let data = try EmbeddedData.fourAssets()
    var generator = SplitMix64(seed: 5)
    let corrupted = data.corrupted(after: 520, generator: &generator)
    let rows = [400, 450, 500, 520]
    #expect(
      sameBits(
        try Self.estimator.covariances(at: rows, of: data),
        try Self.estimator.covariances(at: rows, of: corrupted)))
    #expect(
      zip(
        try Self.estimator.covariances(at: [521], of: data),
        try Self.estimator.covariances(at: [521], of: corrupted)
      ).allSatisfy { $0 != $1 })
  }

  /// A power of two in the returns and another order of assets: the same up to rounding in the search.
  @Test func estimatesScaleAndPermuteWithTheReturns() throws {
    let data = try EmbeddedData.fourAssets()
    let x = Matrix(
      rows: 300, columns: 4, elements: Array(data.returns.elements[4..<4 * 301]))
    let order = [3, 0, 2, 1]
    var y = x
    for row in 0..<300 { for i in 0..<4 { y[row, i] = 8 * x[row, order[i]] } }
    let (a, b) = (try Self.estimator.forecast(returns: x), try Self.estimator.forecast(returns: y))
    for i in 0..<4 {
      for j in 0..<4 {
        let scale = (a[order[i], order[i]] * a[order[j], order[j]]).squareRoot()
        #expect(abs(b[i, j] / 64 - a[order[i], order[j]]) < 1e-5 * scale)
      }
    }
  }

  @Test func aSeriesThatCannotBeFittedIsNamed() throws {
    var x = wavyReturns(rows: 300, assets: 3)
    for t in 0..<300 { x[t, 1] = 0 }
    let error = #expect(throws: VolatilityError.self) { try Self.estimator.forecast(returns: x) }
    #expect(error?.description.hasPrefix("series 1: volatility: every return is 0.0") == true)
    // Without a way to throw: NaN, which every solver refuses.
    #expect(Self.estimator.covariance(of: x).elements.allSatisfy { $0.isNaN })
  }
}
