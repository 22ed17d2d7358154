import Autodiff
import Finance
import Testing

@testable import Train

/// A signal that one short universe cannot teach: the last week's return of an asset says a little of the
/// next one, the same for every asset of every universe.
@Suite struct PlantedSignalTests {
  private static let config = """
    {
      "name": "planted",
      "data": {"prices": "unused.csv", "assets": ["A0", "A1", "A2"]},
      "decisions": {"every": 5},
      "execution": {"lag": 0, "costBasisPoints": 0},
      "features": {"asset": ["logReturn(5)", "volatility(20)", "drawdown(40)"]},
      "covariance": {"window": 40},
      "model": {"sequence": {"kind": "none"}, "assetConstants": false},
      "objective": {"priorPenalty": 0},
      "training": {"epochs": 60, "keep": "last", "learningRate": 0.02, "seeds": 1},
      "folds": {"scheme": "single", "firstTest": "2001-01-01", "train": 8, "validation": 10,
                "purge": 1},
      "baselines": ["risk-parity"]
    }
    """

  /// Weekly drifts of 0.15 daily standard deviations a day that follow the sign of the week before.
  private static func market(
    _ prefix: String, assets n: Int, rows: Int, end: CalendarDate, seed: UInt64
  ) -> MarketData {
    var generator = SplitMix64(seed: seed).split(prefix)
    let noise = generator.normals(rows * n)
    var prices = Matrix(rows: rows, columns: n, repeating: 100)
    for row in 1..<rows {
      for asset in 0..<n {
        let week = row / 5 * 5
        let signal =
          week >= 6 ? (prices[week - 1, asset] > prices[week - 6, asset] ? 0.15 : -0.15) : 0
        prices[row, asset] =
          prices[row - 1, asset] * (1 + 0.01 * (signal + noise[row * n + asset]))
      }
    }
    return MarketData(
      dates: CalendarDate.weekdays(from: end.advanced(by: -(rows * 7 / 5)), count: rows),
      assets: (0..<n).map { "\(prefix)\($0)" }, prices: prices)
  }

  /// The Sharpe ratio in the test, pooled or alone, and that of equal risk.
  private func sharpe(seed: UInt64, pooled: Bool) throws -> (model: Double, equal: Double) {
    let end = try #require(CalendarDate("2008-12-31"))
    let pooledEnd = try #require(CalendarDate("2001-12-31"))
    var document = try ConfigDocument(parsing: Self.config, file: "planted.json")
    let names = (0..<12).map { "\"P\($0)\"" }.joined(separator: ",")
    if pooled {
      try document.apply(
        ConfigOverride(
          parsing:
            "training.pool=[{\"name\":\"others\",\"data\":{\"prices\":\"p.csv\",\"assets\":[\(names)]}}]"
        ))
    }
    let problem = try Problem(
      try document.decode { Experiment($0) }.value,
      data: Self.market("A", assets: 3, rows: 2320, end: end, seed: seed),
      pool: pooled ? [Self.market("P", assets: 12, rows: 1500, end: pooledEnd, seed: seed)] : [])
    let result = try RunResult(problem, fits: try problem.fitsInMemory())
    return (
      result.model.summary.sharpeRatio, try #require(result.baselines.first).summary.sharpeRatio
    )
  }

  @Test func thePoolTeachesWhatOneUniverseCannot() throws {
    var (alone, together) = (0.0, 0.0)
    var better = 0
    for seed in UInt64(1)...8 {
      let (own, equal) = try sharpe(seed: seed, pooled: false)
      let (pooled, same) = try sharpe(seed: seed, pooled: true)
      #expect(equal == same)
      alone += (own - equal) / 8
      together += (pooled - equal) / 8
      better += pooled > own ? 1 : 0
    }
    // Measured: 0.26 above equal risk alone, 0.66 with the pool, better on all eight.
    #expect(better >= 7 && together > alone + 0.25, "\(alone) alone, \(together) with the pool")
  }
}
