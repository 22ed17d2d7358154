internal import Autodiff

/// The dual-layer dynamic risk-budgeting model.
///
/// *Strategic layer*: a leading indicator gives the phase of the economy, a volatility its state; the
/// twelve combinations have a table of risk budgets, and a Markov chain of the states seen so far gives
/// the budgets expected `anticipation` rows ahead. *Tactical layer*: these budgets refined by valuation,
/// momentum and conditional Sharpe ratio, then smoothed over time. The portfolio of those budgets is
/// decided when something calls for it (``RebalancingTriggers``), within ``TradeLimits``.
///
/// Every row uses what was known at its close; what it does not depend on is the end of the data.
///
/// - Source: Wang (2025); for the parts, the sources of their types.
public struct DualLayer: Sendable, Hashable {
  /// The class of each asset.
  public var classes: [AssetClass]
  /// The strategic budgets.
  public var table: BudgetTable
  /// Where the phases come from.
  public var cycle: LeadingIndicator
  /// Where the volatility states come from.
  public var gauge: VolatilityGauge
  /// A new state counts after so many rows in a row.
  public var confirmation: Int
  /// The rows that the Markov chain looks ahead; 0 takes the present state's budgets.
  public var anticipation: Int
  /// The tactical layer.
  public var tactics: TacticalRefinement
  /// How fast budgets follow.
  public var smoothing: BudgetSmoothing
  /// What makes it decide.
  public var triggers: RebalancingTriggers
  /// How much a decision may trade; nil for no limits.
  public var limits: TradeLimits?
  /// The covariance of risk budgets and triggers.
  public var covariance: DualLayerCovariance
  /// Errors put into its volatilities on purpose; nil for none.
  public var forecastError: ForecastError?

  /// The published model for assets of given classes.
  public init(classes: [AssetClass], cycle: LeadingIndicator, gauge: VolatilityGauge) {
    check(!classes.isEmpty, "DualLayer: no assets")
    self.classes = classes
    self.cycle = cycle
    self.gauge = gauge
    table = .standard
    confirmation = 5
    anticipation = 1
    tactics = TacticalRefinement()
    smoothing = BudgetSmoothing()
    triggers = RebalancingTriggers()
    limits = TradeLimits()
    covariance = .rolling(window: 20)
  }

  /// The indicators it reads.
  public var indicatorNames: [String] {
    var names = cycle.series.map(\.name)
    if case .indicator(let name) = gauge.source, !names.contains(name) { names.append(name) }
    return names
  }

  /// The rows before the first decision over which budgets settle: after so many steps at the slowest
  /// usual rate nothing is left of their start.
  package static let settlingRows = 252
}
