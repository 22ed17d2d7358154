import Autodiff
import Finance
import Foundation
import Testing

/// `.01 (1 + i) sin(.7548776662 t (i + 1)) + .005 cos(.5698402910 t + i)`, t = 1…rows.
func wavyReturns(rows: Int, assets: Int) -> Matrix {
  var x = Matrix(rows: rows, columns: assets)
  for row in 0..<rows {
    for i in 0..<assets {
      let (t, asset) = (Double(row + 1), Double(i))
      x[row, i] =
        0.01 * (1 + asset) * sin(0.7548776662 * t * (asset + 1))
        + 0.005 * cos(0.5698402910 * t + asset)
    }
  }
  return x
}

@Suite struct CovarianceEstimatorTests {
  static let estimators: [any CovarianceEstimator] = [
    SampleCovariance(window: 60), EWMACovariance(halfLife: 20, window: 60),
    LedoitWolfCovariance(window: 60), OASCovariance(window: 60),
    PrincipalComponentCovariance(factors: 2, window: 60), DenoisedCovariance(window: 60),
  ]

  /// However few the rows, and with an asset that never moves: no eigenvalue is negative.
  @Test func everyEstimateIsPositiveSemidefinite() {
    for (rows, assets) in [(2, 5), (10, 30), (60, 8), (100, 1)] {
      var x = wavyReturns(rows: rows, assets: assets)
      if assets > 5 { for t in 0..<rows { x[t, 3] = 0 } }
      let estimators: [any CovarianceEstimator] = [
        SampleCovariance(window: rows), EWMACovariance(halfLife: 20, window: rows),
        LedoitWolfCovariance(window: rows), OASCovariance(window: rows),
        PrincipalComponentCovariance(factors: 2, window: rows), DenoisedCovariance(window: rows),
      ]
      for estimator in estimators {
        let c = estimator.covariance(of: x)
        #expect(c.elements.allSatisfy { $0.isFinite })
        let values = SymmetricEigen(c).values
        #expect(values[0] >= -1e-13 * values[assets - 1], "\(type(of: estimator))")
      }
    }
  }

  @Test(arguments: estimators.indices) func batchesEqualSingleEstimates(_ index: Int) throws {
    let estimator = Self.estimators[index]
    let data = try EmbeddedData.fourAssets()
    let rows = [60, 61, 500, 6864]
    let batch = try estimator.covariances(at: rows, of: data)
    #expect(batch.count == 4 * 16)
    for (d, row) in rows.enumerated() {
      let window = Matrix(
        rows: row + 1, columns: 4, elements: Array(data.returns.elements.prefix((row + 1) * 4)))
      let single = estimator.covariance(of: window)
      #expect(sameBits(single.elements, batch[d * 16..<(d + 1) * 16]))
      for i in 0..<4 {
        for j in 0..<4 { #expect(single[i, j] == single[j, i]) }
        #expect(single[i, i] > 0)
      }
    }
  }

  @Test(arguments: estimators.indices) func theFutureDoesNotReachThePast(_ index: Int) throws {
    let data = try EmbeddedData.fourAssets()
    var generator = SplitMix64(seed: 12)
    let corrupted = data.corrupted(after: 2000, generator: &generator)
    let rows = Array(1900...2000)
    #expect(
      sameBits(
        try Self.estimators[index].covariances(at: rows, of: data),
        try Self.estimators[index].covariances(at: rows, of: corrupted)))
    #expect(
      zip(
        try Self.estimators[index].covariances(at: [2001], of: data),
        try Self.estimators[index].covariances(at: [2001], of: corrupted)
      ).allSatisfy { $0 != $1 })
  }

  @Test(arguments: estimators.indices) func estimatesScaleAndPermuteWithTheReturns(_ index: Int) {
    let estimator = Self.estimators[index]
    let x = wavyReturns(rows: 60, assets: 5)
    let order = [3, 0, 4, 2, 1]
    var y = x
    for row in 0..<60 { for i in 0..<5 { y[row, i] = 8 * x[row, order[i]] } }
    let (a, b) = (estimator.covariance(of: x), estimator.covariance(of: y))
    for i in 0..<5 {
      for j in 0..<5 {
        #expect(abs(b[i, j] - 64 * a[order[i], order[j]]) < 1e-13 * 64 * a[4, 4])
      }
    }
  }

  @Test(arguments: estimators.indices) func rowsBeforeTheWindowDoNotCount(_ index: Int) {
    let estimator = Self.estimators[index]
    let x = wavyReturns(rows: 100, assets: 3)
    let last = Matrix(rows: 60, columns: 3, elements: Array(x.elements.suffix(180)))
    #expect(
      sameBits(estimator.covariance(of: x).elements, estimator.covariance(of: last).elements))
  }

  @Test func rowsWithoutAFullWindowStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let data = MarketData(
        dates: CalendarDate.weekdays(from: CalendarDate(days: 0), count: 9), assets: ["A"],
        prices: Matrix(rows: 9, columns: 1, repeating: 1))
      _ = try SampleCovariance(window: 4).covariances(at: [3], of: data)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("covariances: row 3; expected 4..<9"))
  }
}
