internal import Finance

/// What training minimises: a weighted sum of losses, and penalties that steady it.
///
/// Each loss counts with its weight; 0 leaves it out. Validation leaves the penalties out.
struct ObjectiveSettings: Sendable {
  /// Minus the annualised Sharpe ratio of holding-period returns in excess of cash, net of costs.
  var sharpe: Double
  /// Minus their annualised Sortino ratio.
  var sortino: Double
  /// Minus the annualised ratio of their mean to their conditional value at risk, at `level`.
  var conditionalSharpe: Double
  /// Minus their annual mean–variance utility, of `riskAversion`.
  var meanVariance: Double
  var riskAversion: Double
  /// Minus the annual growth rate of the rows' net returns.
  var logUtility: Double
  /// Conditional value at risk of holding-period excess returns, at `level`.
  var cvar: Double
  /// Their entropic value at risk, at `level`.
  var evar: Double
  /// Conditional drawdown at risk of the rows' net returns, at `level`.
  var cdar: Double
  /// Their maximum drawdown.
  var maximumDrawdown: Double
  /// The confidence level of the tail measures.
  var level: Double
  /// The price of trading the whole portfolio once a year, by `turnoverShape`.
  var turnoverPenalty: Double
  var turnoverShape: TurnoverPenalty.Shape
  /// Where the Huber shape turns from square to linear: the part of wealth traded in an asset.
  var turnoverThreshold: Double
  /// The price of one nat of divergence from the prior budgets.
  var priorPenalty: Double
  /// Prior budgets by asset, in any scale; empty means equal ones.
  var prior: [(name: String, value: Double)]
  /// The price of the squared change of budgets, `Σ_i (b_i − b_i⁻)²`, summed over a year.
  ///
  /// The first decision after an asset has joined the universe is not charged: its budgets are shares of more
  /// assets than those before, so that they differ even where the network changes nothing.
  var smoothnessPenalty: Double
  /// How weights move over the first epochs.
  var annealing: AnnealingSettings

  init(_ reader: ConfigReader, assets: [String]) {
    sharpe = reader.about(
      "weight of minus the annual Sharpe ratio of holding-period returns in excess of cash, net of costs"
    )
    .double("sharpe", default: 1, in: 0...)
    sortino = reader.about("weight of minus their annual Sortino ratio")
      .double("sortino", default: 0, in: 0...)
    conditionalSharpe = reader.about(
      "weight of minus their annual conditional Sharpe ratio: mean by conditional value at risk"
    )
    .double("conditionalSharpe", default: 0, in: 0...)
    meanVariance = reader.about("weight of minus their annual mean–variance utility")
      .double("meanVariance", default: 0, in: 0...)
    riskAversion = reader.about("risk aversion of meanVariance")
      .double("riskAversion", default: 4, in: 0...)
    logUtility = reader.about("weight of minus the annual growth rate")
      .double("logUtility", default: 0, in: 0...)
    cvar = reader.about("weight of the conditional value at risk of holding-period excess returns")
      .double("cvar", default: 0, in: 0...)
    evar = reader.about("weight of their entropic value at risk")
      .double("evar", default: 0, in: 0...)
    cdar = reader.about("weight of the conditional drawdown at risk of daily net returns")
      .double("cdar", default: 0, in: 0...)
    maximumDrawdown = reader.about("weight of their maximum drawdown")
      .double("maximumDrawdown", default: 0, in: 0...)
    level = reader.about("confidence level of conditionalSharpe, cvar, evar and cdar")
      .double("level", default: 0.95, in: 0..<1)
    turnoverPenalty = reader.about("price of one full turnover of the portfolio per year")
      .double("turnoverPenalty", default: 0, in: 0...)
    turnoverShape = reader.about(
      "what a trade of x in an asset counts: l1 |x|, l2 x², huber x²/2t up to t, |x| − t/2 beyond"
    )
    .choice("turnoverShape", default: .l1)
    turnoverThreshold = reader.about("t of huber, as a part of wealth")
      .double("turnoverThreshold", default: 0.01, in: .above(0, upTo: 2))
    priorPenalty = reader.about("price of one nat of divergence from the prior budgets")
      .double("priorPenalty", default: 0.1, in: 0...)
    prior = reader.about("prior budgets by asset, in any scale; {} means equal ones")
      .namedDoubles("prior", default: [], in: .above(0))
    smoothnessPenalty = reader.about("price of the squared change of budgets, summed over a year")
      .double("smoothnessPenalty", default: 0, in: 0...)
    annealing = reader.object("annealing") { AnnealingSettings($0) }
    if losses.allSatisfy({ $0.weight == 0 }) {
      reader.report("sharpe", "value is 0 and so is every other loss; expected one above 0")
    } else if losses.allSatisfy({ annealing.weight($0.measure.rawValue, $0.weight, at: 0) == 0 }) {
      reader.report(
        "annealing", "'from' leaves no loss at epoch 0; expected one of those in use above 0 there")
    }
    let names = prior.map(\.name)
    if !names.isEmpty, Set(names) != Set(assets) {
      let unknown = names.first { !assets.contains($0) }
      reader.report(
        "prior",
        unknown.map { "there is no asset '\($0)'" + Spelling.hint(for: $0, among: assets) }
          ?? "names \(names.joined(separator: ", ")); expected every asset")
    }
  }

  /// The losses with their weights, in the order in which they are summed.
  var losses: [(measure: ValidationMeasure, weight: Double)] {
    [
      (.sharpe, sharpe), (.sortino, sortino), (.conditionalSharpe, conditionalSharpe),
      (.meanVariance, meanVariance), (.cvar, cvar), (.evar, evar), (.logUtility, logUtility),
      (.cdar, cdar), (.maximumDrawdown, maximumDrawdown),
    ]
  }

  /// The prior budgets of the assets, adding up to 1.
  func priorBudgets(_ assets: [String]) -> [Double] {
    guard !prior.isEmpty else {
      return [Double](repeating: 1 / Double(assets.count), count: assets.count)
    }
    let values = assets.map { name in prior.first { $0.name == name }?.value ?? 0 }
    let total = values.reduce(0, +)
    return values.map { $0 / total }
  }
}

/// Weights of the objective that move linearly from a first value to their own.
struct AnnealingSettings: Sendable {
  /// The epoch at which every weight has its own value.
  var epochs: Int
  /// The values at epoch 0.
  var from: [(name: String, value: Double)]

  /// The weights that can move.
  static let names = [
    "sharpe", "sortino", "conditionalSharpe", "meanVariance", "logUtility", "cvar", "evar", "cdar",
    "maximumDrawdown", "turnoverPenalty", "priorPenalty", "smoothnessPenalty",
  ]

  init(_ reader: ConfigReader) {
    epochs = reader.about("epochs until the weights below have the values given above")
      .int("epochs", default: 0, in: 0...1_000_000)
    from = reader.about(
      "values at epoch 0 of weights that move: {\"turnoverPenalty\": 0} brings the penalty in slowly"
    )
    .namedDoubles("from", default: [], in: 0...)
    for name in from.map(\.name) where !Self.names.contains(name) {
      reader.report(
        "from",
        "there is no weight '\(name)'\(Spelling.hint(for: name, among: Self.names)) (accepted: "
          + "\(Self.names.joined(separator: ", ")))")
    }
    if !from.isEmpty, epochs == 0 {
      reader.report("epochs", "value is 0; expected the length of the annealing")
    }
  }

  /// A weight of the objective at an epoch; nil is after all of them.
  func weight(_ name: String, _ final: Double, at epoch: Int?) -> Double {
    guard let epoch, epoch < epochs, let first = from.first(where: { $0.name == name })?.value
    else { return final }
    return first + (final - first) * Double(epoch) / Double(epochs)
  }
}
