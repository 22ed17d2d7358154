import Autodiff
import Finance
import Testing

@Suite struct StationaryBootstrapTests {
  @Test func blocksHaveTheirMeanLength() {
    for length in [1.0, 2.5, 20] {
      var generator = SplitMix64(seed: 1)
      var rows = [Int](repeating: -1, count: 100_000)
      StationaryBootstrap(meanBlock: length).draw(rows: 500, into: &rows, generator: &generator)
      #expect(rows.allSatisfy { $0 >= 0 && $0 < 500 })
      let continued = zip(rows, rows.dropFirst()).filter { ($0 + 1) % 500 == $1 }.count
      // A new block may start where the old one would have gone on.
      let expected = 1 - 1 / length * (1 - 1 / 500)
      #expect(abs(Double(continued) / 99_999 - expected) < 0.006)
    }
  }

  @Test func everyRowIsDrawnEquallyOften() {
    var generator = SplitMix64(seed: 2)
    var rows = [Int](repeating: 0, count: 200_000)
    StationaryBootstrap(meanBlock: 4).draw(rows: 10, into: &rows, generator: &generator)
    var counts = [Int](repeating: 0, count: 10)
    for row in rows { counts[row] += 1 }
    #expect(counts.allSatisfy { abs(Double($0) / 20_000 - 1) < 0.05 })
  }

  /// `arch.bootstrap.optimal_block_length` of arch 8.0.0, column `stationary`.
  @Test func optimalBlocksMatchArch() {
    let lengths = [
      StationaryBootstrap.optimalBlock(goldenReturns),
      StationaryBootstrap.optimalBlock(otherReturns),
      StationaryBootstrap.optimalBlock(goldenReturns.map(abs)),
    ]
    #expect(relativeError(lengths, [21.617295, 30, 6.693943]) < 1e-6)
    // z[i] = (7919 i mod 1009) / 1009 − ½ and an autoregression of it: 68 is the limit 3√T.
    let z = (1...500).map { Double($0 * 7919 % 1009) / 1009 - 0.5 }
    var x = [0.0]
    for value in z.dropFirst() { x.append(0.7 * (x.last ?? 0) + value) }
    #expect(
      relativeError(
        [StationaryBootstrap.optimalBlock(z), StationaryBootstrap.optimalBlock(x)],
        [49.074433, 68]) < 1e-6)
  }
}
