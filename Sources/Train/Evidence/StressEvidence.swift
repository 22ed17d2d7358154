internal import Autodiff
internal import Finance

/// How the model and risk parity came through a stretch of stress, and whether the model saw it coming.
struct StressEvidence: Sendable {
  /// How early a strategy cut its equity risk, by one covariance, beside windows drawn at random.
  struct Lead: Sendable, Equatable {
    /// Days from the cut to the trough; nil without a cut.
    let days: Int?
    /// The same in random windows of as many rows; nil where there was no cut.
    let placebo: [Int?]

    /// The share of random windows in which equity risk was cut at least as early; nil without a cut.
    var placeboShare: Double? {
      guard let days, !placebo.isEmpty else { return nil }
      return Double(placebo.filter { ($0 ?? -1) >= days }.count) / Double(placebo.count)
    }

    /// The share of random windows in which equity risk was cut at all before the trough.
    var placeboRate: Double {
      Double(placebo.filter { $0 != nil }.count) / Double(max(1, placebo.count))
    }
  }

  /// One strategy in one window.
  struct Outcome: Sendable, Equatable {
    /// The name in reports.
    let strategy: String
    /// The maximum drawdown within the window, compounded.
    let drawdown: Double
    /// By the covariance of each decision.
    let own: Lead
    /// By a covariance of a year, which moves only when holdings do; nil where the data begin too late.
    let slow: Lead?
  }

  let window: StressWindow
  /// The largest fall of the equities within the window.
  let peak: CalendarDate
  let trough: CalendarDate
  let equityDrawdown: Double
  let outcomes: [Outcome]

  /// The random windows of each stress window.
  static let placeboCount = 1000

  /// The windows that the tested rows cover; none without equities.
  static func all(_ result: RunResult) -> [StressEvidence] {
    let problem = result.problem
    let equities = problem.experiment.report.equities.compactMap {
      problem.data.assets.firstIndex(of: $0)
    }
    guard !equities.isEmpty else { return [] }
    let subjects = result.strategies.filter {
      $0.key == result.model.key || $0.key == BaselineRule.riskParity.rawValue
    }
    let ruler = EquityRisk(problem, equities: equities)
    let lines = subjects.map { ruler.lines($0) }
    let span = problem.span(of: problem.tested)
    let dates = Array(problem.data.dates[span.rows])
    var generator = SplitMix64(seed: UInt64(problem.experiment.seed)).split("placebo windows")
    return StressWindow.history.compactMap { window in
      let rows = dates.rows(from: window.first, through: window.last)
      // A window counts when the data hold it whole, up to a long week-end.
      guard let first = dates.first, let last = dates.last, !rows.isEmpty,
        first <= window.first.advanced(by: 4), last >= window.last.advanced(by: -4),
        let fall = DrawdownLead.fall(of: ruler.levels, in: rows)
      else { return nil }
      let starts = (0..<placeboCount).map { _ in
        min(
          dates.count - rows.count, Int(generator.uniform() * Double(dates.count - rows.count + 1)))
      }
      let falls = starts.map { DrawdownLead.fall(of: ruler.levels, in: $0..<$0 + rows.count) }
      let outcomes = zip(subjects, lines).map { strategy, line in
        func days(_ values: [Double], _ fall: (peak: Int, trough: Int, drawdown: Double)) -> Int? {
          DrawdownLead.days(
            contributions: values, at: ruler.dates, peak: dates[fall.peak],
            trough: dates[fall.trough])
        }
        func lead(_ values: [Double]) -> Lead {
          Lead(days: days(values, fall), placebo: falls.map { $0.flatMap { days(values, $0) } })
        }
        return Outcome(
          strategy: strategy.title,
          drawdown: Measures.maximumDrawdown(Array(strategy.path.returns[rows]), .compounded),
          own: lead(line.own), slow: line.slow.map { lead($0) })
      }
      return StressEvidence(
        window: window, peak: dates[fall.peak], trough: dates[fall.trough],
        equityDrawdown: fall.drawdown, outcomes: outcomes)
    }
  }
}

/// The risk contribution of the equities over time, by two covariances.
private struct EquityRisk {
  /// Rows of the slow covariance.
  static let slowWindow = 250

  private let problem: Problem
  private let equities: [Int]
  /// The dates of the tested decisions.
  let dates: [CalendarDate]
  /// The value of an equally weighted holding of the equities on the tested rows.
  let levels: [Double]
  private let slow: [Double]?

  init(_ problem: Problem, equities: [Int]) {
    self.problem = problem
    self.equities = equities
    let rows = problem.tested.map { problem.rows[$0] }
    dates = rows.map { problem.data.dates[$0] }
    let span = problem.span(of: problem.tested)
    levels = Measures.netAssetValue(
      (0..<span.assetReturns.rows).map { row in
        let listed = equities.filter { problem.data.listings[$0] < span.firstRow + row }
        guard !listed.isEmpty else { return 0 }
        return listed.reduce(0) { $0 + span.assetReturns[row, $1] } / Double(listed.count)
      })
    slow = Self.slow(problem, rows)
  }

  /// The covariances of a year at the tested decisions; nil where one of them may hold an asset with less.
  private static func slow(_ problem: Problem, _ rows: [Int]) -> [Double]? {
    let estimator = SampleCovariance(window: slowWindow)
    guard let first = rows.first, first >= estimator.requiredRows else { return nil }
    guard let availability = problem.availability?[problem.tested] else {
      return covariances(at: rows, of: problem.data, by: estimator)
    }
    let whole = Availability(of: problem.data, at: rows, history: estimator.requiredRows)
    guard zip(availability.flags, whole.flags).allSatisfy({ !$0 || $1 }) else { return nil }
    return covariances(at: rows, of: problem.data, by: estimator, among: whole)
  }

  /// The contribution at every tested decision: by its own covariance, and by that of a year.
  func lines(_ strategy: StrategyResult) -> (own: [Double], slow: [Double]?) {
    let n = problem.assetCount
    // A strategy on a schedule of its own holds what it decided last.
    let decided = problem.tested.map { strategy.decision(at: problem.rows[$0]) }
    let own = decided.map { d in
      equities.reduce(0) { $0 + strategy.riskContributions[d, $1] }
    }
    let year = slow.map { slow in
      (0..<dates.count).map { d in
        let shares = RiskDecomposition.byAsset(
          weights: Array(strategy.weights.row(decided[d])),
          covariance: Matrix(
            rows: n, columns: n, elements: Array(slow[d * n * n..<(d + 1) * n * n])))
        return equities.reduce(0) { $0 + shares[$1] }
      }
    }
    return (own, year)
  }
}
