internal import Autodiff
internal import Finance

/// What followed a block of decisions, over the rows that their portfolios earn: the targets of
/// forecasts, put on a tape with the block.
///
/// They look ahead, as returns do: over the rows that the block earns, none beyond.
struct ForecastTargets {
  /// Which of them a task compares forecasts with.
  struct Kinds: OptionSet, Sendable {
    let rawValue: Int
    static let variances = Kinds(rawValue: 1)
    static let returns = Kinds(rawValue: 2)
    static let excess = Kinds(rawValue: 4)
    static let drawdowns = Kinds(rawValue: 8)
  }

  /// The rows of a holding period; H.
  let horizon: Int
  /// Mean squares of the returns `[D, N]`, per row; NaN for assets outside the universe.
  let variances: Variable?
  /// Every return `[D, N, H]`.
  let returns: Variable?
  /// Mean returns in excess of cash `[D, N]`, row-major, per row.
  let excess: [Double]?
  /// See ``Problem/drawdownEvents(_:)``.
  let drawdowns: [Double]?

  /// Reads the targets of some `kinds`; the others are nil.
  init(_ decisions: Range<Int>, of problem: Problem, _ kinds: Kinds, on tape: Tape) {
    let (data, lag, n) = (problem.data, problem.experiment.execution.lag, problem.assetCount)
    let horizon = problem.experiment.decisions.every
    let rows = decisions.map { problem.rows[$0] }
    self.horizon = horizon
    func constant(_ kind: Kinds, _ shape: Shape, _ values: () -> [Double]) -> Variable? {
      kinds.contains(kind) ? tape.constant(Tensor(converting: values(), shape: shape)) : nil
    }
    /// A value of every asset over the rows that each decision earns.
    func earned<Value>(_ value: (_ rows: Range<Int>, _ asset: Int) -> Value) -> [Value] {
      rows.flatMap { row in
        (0..<n).map { value(row + lag + 1..<row + lag + 1 + horizon, $0) }
      }
    }
    variances = constant(.variances, Shape(rows.count, n)) {
      problem.known(
        RealizedVariance.targets(
          returns: data.returns, decisions: rows, lag: lag, horizon: horizon), decisions)
    }
    returns = constant(.returns, Shape(rows.count, n, horizon)) {
      earned { rows, asset in rows.map { data.returns[$0, asset] } }.flatMap { $0 }
    }
    excess =
      kinds.contains(.excess)
      ? earned { rows, asset in
        rows.reduce(0) { $0 + data.returns[$1, asset] - data.cashReturns[$1] } / Double(horizon)
      } : nil
    drawdowns = kinds.contains(.drawdowns) ? problem.drawdownEvents(decisions) : nil
  }
}
