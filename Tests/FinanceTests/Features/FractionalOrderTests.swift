import Autodiff
import Finance
import Testing

@Suite struct FractionalOrderTests {
  @Test func weightsMatchTheirGoldenValues() {
    #expect(
      relativeError(
        FractionalOrder.weights(order: 0.4, width: 5),
        [1, -0.4, -0.12, -0.064, -0.0416, -0.029952], floor: 1) < 1e-15)
    #expect(FractionalOrder.weights(order: 1, width: 3) == [1, -1, 0, 0])
  }

  /// statsmodels 0.15: `adfuller(np.convolve(L, w, "valid"), maxlag=1, autolag=None)` below its own 5 %
  /// critical value for each of the four assets, the first 2,000 rows.
  @Test(arguments: [(50, 0.45), (100, 0.4)]) func theSmallestOrderMatchesStatsmodels(
    width: Int, order: Double
  ) throws {
    let data = try EmbeddedData.fourAssets()
    let found = FractionalOrder.smallest(of: data, rows: 0..<2000, width: width)
    #expect(abs(found - order) < 1e-12)
  }

  @Test func theFutureDoesNotReachTheOrder() throws {
    let data = try EmbeddedData.fourAssets()
    var generator = SplitMix64(seed: 4)
    let corrupted = data.corrupted(after: 1999, generator: &generator)
    #expect(
      FractionalOrder.smallest(of: data, rows: 0..<2000, width: 50)
        == FractionalOrder.smallest(of: corrupted, rows: 0..<2000, width: 50))
    // Negative control: more rows of noise move it.
    #expect(
      FractionalOrder.smallest(of: data, rows: 0..<6000, width: 50)
        != FractionalOrder.smallest(of: corrupted, rows: 0..<6000, width: 50))
  }
}
