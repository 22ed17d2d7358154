internal import Finance

/// What blocks say of a decision beside budgets and weights: kept by the run, written to `NAME.csv`,
/// drawn by the report.
enum DecisionDetail: String, Sendable, CaseIterable {
  /// The filtered probability of each regime `[D, K]`, by ascending level of the first indicator.
  case regimes
  /// The weight of each input variable `[D, V]`, averaged over the assets, or how far its gate is open.
  case selection
  /// Whom each asset attends to `[D, N (N + g)]`, the columns `A <- B` of asset A first: what A takes
  /// from each asset B, itself among them, and from each of the g tokens (`A <- token 1`), the mean over
  /// the heads. An asset's columns sum to one. Kept for up to ``largestAttentionMap`` assets; on the tape
  /// it is `[D, heads, N, k + 1 + g]`.
  case attention
  /// The forecast volatility of each asset `[D, N]`, per year.
  case volatilities
  /// The expected return of each asset by which budgets are tilted `[D, N]`, in units of risk, per year.
  case tilts
  /// How far each asset's gate is open `[D, N]`: 1 open, 0 closed.
  case gates
  /// The share of wealth left in cash `[D, 1]`.
  case cash
  /// The forecast probability of a drawdown `[D, N]`.
  case drawdowns
  /// How the risk-budgeting solver fared `[D, 5]`: Newton steps, last relative step, error of a risk
  /// share, condition of the gradient's system, bounds met without being needed.
  case solver

  /// Whether the average over the members of an ensemble means something: of solvers the worst counts.
  var averages: Bool { self != .solver }
  /// Whether its columns are the assets; it is 0 for those outside the universe.
  var isByAsset: Bool {
    switch self {
    case .volatilities, .tilts, .gates, .drawdowns: true
    case .regimes, .selection, .attention, .cash, .solver: false
    }
  }
  /// Whether the report draws it.
  var isDrawn: Bool { self != .solver }

  /// The most assets that maps of attention are kept of: a thousand would fill the disk.
  static let largestAttentionMap = 100
}

/// A detail of some decisions, with the names of its columns.
struct DetailTable: Sendable, Hashable {
  var columns: [String]
  /// `[D, columns]`.
  var values: Matrix
}
