import Autodiff
import Finance
import Testing

@testable import Train

/// A small experiment on simulated data: three assets, one indicator, two folds of few decisions.
enum SmallExperiment {
  static let config = """
    {
      "name": "small",
      "data": {"prices": "unused.csv", "assets": ["A", "B", "C"], "cash": "CASH",
               "indicators": "unused.csv"},
      "decisions": {"every": 5},
      "features": {"asset": ["momentum(21)", "volatility(21)"],
                   "market": ["indicator(X)", "indicatorChange(X,5)"]},
      "covariance": {"estimator": "sample", "window": 30},
      "model": {"sequence": {"hidden": 3, "steps": 4},
                "budgets": {"floor": 0.1, "cap": 2.5}},
      "objective": {"sharpe": 1, "cdar": 0.5, "turnoverPenalty": 0.01, "priorPenalty": 0.1},
      "training": {"epochs": 4, "patience": 3, "seeds": 2, "checkpointEvery": 2,
                   "learningRate": 0.01},
      "folds": {"firstTest": "2001-06-01", "train": 20, "validation": 12, "test": 15, "purge": 2},
      "baselines": ["equal-weight", "inverse-volatility", "risk-parity", "minimum-variance",
                    "constant-budgets"]
    }
    """

  static func experiment(_ overrides: [String] = []) throws -> Experiment {
    var document = try ConfigDocument(parsing: config, file: "small.json")
    for override in overrides { try document.apply(ConfigOverride(parsing: override)) }
    return try document.decode { Experiment($0) }.value
  }

  /// Prices by a random walk with common and own shocks, cash, and an indicator that predicts.
  static let data: MarketData = {
    var generator = SplitMix64(seed: 11).split("small experiment")
    let rows = 540
    let noise = generator.normals(rows * 5)
    var prices = Matrix(rows: rows, columns: 3, repeating: 100)
    var cash = [Double](repeating: 100, count: rows)
    var indicator = Matrix(rows: rows, columns: 1)
    let scales = [0.012, 0.004, 0.009]
    for row in 0..<rows {
      indicator[row, 0] = noise[row * 5]
      guard row > 0 else { continue }
      cash[row] = cash[row - 1] * 1.0001
      for asset in 0..<3 {
        let signal = 0.1 * indicator[row - 1, 0] * (asset == 0 ? 1 : -0.5)
        let shock = 0.4 * noise[row * 5 + 1] + noise[row * 5 + 2 + asset] + signal
        prices[row, asset] = prices[row - 1, asset] * (1 + 0.0003 + scales[asset] * shock)
      }
    }
    return MarketData(
      dates: CalendarDate.weekdays(from: CalendarDate(days: 10_957), count: rows),
      assets: ["A", "B", "C"], prices: prices, cashLevels: cash, indicatorNames: ["X"],
      indicators: indicator)
  }()

  static func problem(_ overrides: [String] = []) throws -> Problem {
    try Problem(try experiment(overrides), data: data)
  }

  /// Does all units of a problem and puts them together, in a directory of its own or a given one.
  static func run(
    _ problem: Problem, threads: Int = 1, in directory: RunDirectory? = nil
  ) throws -> RunResult {
    guard let directory else {
      return try withTemporaryDirectory {
        try run(problem, threads: threads, in: RunDirectory(path: $0))
      }
    }
    try work(problem, threads: threads, in: directory)
    return try merge(problem, in: directory)
  }

  static func work(
    _ problem: Problem, _ shard: Shard = .whole, threads: Int = 1, in directory: RunDirectory
  ) throws {
    let works = UnitWork.all(of: problem, origin: .test)
    try Runner(directory: directory, threads: threads).run(shard.share(of: works))
  }

  static func merge(_ problem: Problem, in directory: RunDirectory) throws -> RunResult {
    let finished = FinishedUnits(directory: directory, origin: .test)
    return try RunResult(problem, fits: finished.fits(problem.units, of: problem))
  }
}

extension CheckpointOrigin {
  /// What test checkpoints are written with.
  static let test = CheckpointOrigin(json: ["scalar": JSONValue("\(Scalar.self)"), "config": 1])
}
