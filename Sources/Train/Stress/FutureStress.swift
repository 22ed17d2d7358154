internal import Autodiff
internal import Finance

/// Stress beyond the data's end: simulated years, history's shocks replayed today, stocks and bonds falling
/// together.
struct FutureStress: Sendable {
  let result: RunResult
  let ensemble: FrozenEnsemble
  let generator: SplitMix64

  private var problem: Problem { result.problem }
  private var data: MarketData { problem.data }

  /// Paths that are followed and stored together.
  static let chunk = 250
  /// The regimes of the simulated markets, from calm to turbulent.
  static let regimes = 3

  /// The first row on which every asset has a return.
  private var firstRow: Int { max(data.firstReturnRow, (data.listings.max() ?? 0) + 1) }

  /// The fewest rows of all assets that futures are drawn from, where some are listed late.
  private static let leastHistory = 250

  /// Throws an ``ExperimentError`` where too few rows have returns of every asset.
  func requireHistory() throws {
    guard !data.isComplete else { return }
    let rows = data.dates.count - firstRow
    guard rows < Self.leastHistory,
      let latest = data.listings.indices.max(by: {
        data.listings[$0] < data.listings[$1]
      })
    else { return }
    throw ExperimentError(
      "stress test: every asset has returns on the last \(rows) rows alone, for \(data.assets[latest]) is "
        + "listed on \(data.dates[data.listings[latest]]); futures are drawn from at least "
        + "\(Self.leastHistory). Leave them out by --only, or make a run without the asset")
  }

  /// Returns of all rows on which every asset has one, `[T, N]`.
  private var history: Matrix {
    let first = firstRow
    let n = problem.assetCount
    return Matrix(
      rows: data.dates.count - first, columns: n,
      elements: Array(data.returns.elements[(first * n)...]))
  }

  /// The mean cash return of the last quarter of a year or so.
  private var cashReturn: Double { Measures.mean(Array(data.cashReturns.suffix(63))) }

  // MARK: Simulated years

  /// The process that paths are drawn from.
  ///
  /// Estimated on the whole history of all assets: scenarios may know what a decision may not.
  func process() throws -> RegimeSimulator {
    do { return try RegimeEstimation(history, regimes: Self.regimes).process } catch {
      throw ExperimentError("stress test, regimes of the history: \(error)")
    }
  }

  /// Outcomes of paths `chunk · 250 …`, `[path][strategy]`; every path has a stream of its own.
  func paths(
    _ indices: Range<Int>, of process: RegimeSimulator, rows: Int
  ) throws -> [[FutureOutcome]] {
    let cash = [Double](repeating: cashReturn, count: rows)
    let stream = generator.split("paths")
    return try indices.map { index in
      try ensemble.follow(
        FutureMarket(
          returns: process.path(index, rows: rows, generator: stream).floored, cash: cash))
    }
  }

  // MARK: Replayed shocks

  /// The stretches of stress that the data hold whole, with returns of every asset.
  var windows: [StressWindow] {
    StressWindow.history.filter { window in
      guard let last = data.dates.last, firstRow < data.dates.count else { return false }
      return data.dates[firstRow - 1] <= window.first.advanced(by: 4)
        && last >= window.last.advanced(by: -4)
    }
  }

  /// A stretch of history happening again, from today.
  func replay(_ window: StressWindow) throws -> [FutureOutcome] {
    let rows = data.dates.rows(from: window.first, through: window.last)
    let (n, m) = (problem.assetCount, data.indicatorNames.count)
    return try ensemble.follow(
      FutureMarket(
        returns: Matrix(
          rows: rows.count, columns: n,
          elements: Array(data.returns.elements[rows.lowerBound * n..<rows.upperBound * n])),
        cash: Array(data.cashReturns[rows]),
        indicators: Matrix(
          rows: rows.count, columns: m,
          elements: Array(data.indicators.elements[rows.lowerBound * m..<rows.upperBound * m]))))
  }

  // MARK: Correlation breakdown

  /// The correlation that stocks and bonds are forced to, and what they lose in a year then.
  static let breakdownCorrelation = 0.87
  static let breakdownStocks = -0.20
  static let breakdownBonds = -0.15
  static let breakdownPaths = 500
  private static let breakdownHistory = 1000

  /// What is done in one half of the breakdown's comparison.
  enum Breakdown: String, CaseIterable {
    /// The last years as they were.
    case asItWas = "as it was"
    /// The same rows with stocks and bonds correlated.
    case correlated = "correlated"
    /// The same, and both falling.
    case falling = "correlated and falling"
  }

  /// Outcomes `[path][strategy]` of rows drawn in blocks from the last years, changed as asked.
  ///
  /// Throws an ``ExperimentError`` where the config names no stocks or no bonds.
  func breakdown(
    _ kind: Breakdown, rows: Int, count paths: Int = FutureStress.breakdownPaths
  ) throws -> [[FutureOutcome]] {
    let settings = problem.experiment.report
    func indices(_ names: [String]) -> [Int] {
      names.compactMap { data.assets.firstIndex(of: $0) }
    }
    let (stocks, bonds) = (indices(settings.equities), indices(settings.bonds))
    let all = history
    let n = problem.assetCount
    let count = min(Self.breakdownHistory, all.rows)
    let recent = Matrix(
      rows: count, columns: n, elements: Array(all.elements[((all.rows - count) * n)...]))
    var means: [Double]?
    if kind == .falling {
      let year = problem.experiment.data.rowsPerYear
      var falling = (0..<n).map { Measures.mean(recent.column($0)) }
      for i in stocks { falling[i] = Self.breakdownStocks / year }
      for i in bonds { falling[i] = Self.breakdownBonds / year }
      means = falling
    }
    let shift: CorrelationShift
    do {
      shift = try CorrelationShift(
        history: recent, first: stocks, second: bonds, correlation: Self.breakdownCorrelation,
        means: means)
    } catch { throw ExperimentError("stress test, correlation breakdown: \(error)") }
    // The same rows are drawn, in the same blocks, whatever is done to them.
    let block = BootstrapSimulator(history: recent).bootstrap.meanBlock
    let simulator = BootstrapSimulator(
      history: kind == .asItWas ? recent : shift(recent), meanBlock: block)
    let cash = [Double](repeating: cashReturn, count: rows)
    let stream = generator.split("breakdown \(rows)")
    return try (0..<paths).map { index in
      try ensemble.follow(
        FutureMarket(
          returns: simulator.path(index, rows: rows, generator: stream), cash: cash))
    }
  }
}

extension Matrix {
  /// Returns with the worst a day can do at −99 %: a loss of everything has no price.
  fileprivate var floored: Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { max(-0.99, $0) })
  }
}
