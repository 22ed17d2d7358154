internal import Autodiff
internal import Finance

/// A strategy as a config describes it, beside the model: what a trained model is compared with, or the
/// whole experiment.
///
/// It runs through the same backtest as the model, on the same period and costs.
struct Baseline: Sendable {
  /// How its decisions come about.
  enum Strategy: Sendable {
    /// By a rule.
    case rule(any DecisionRule)
    /// By the dual-layer model, which has triggers of its own.
    case dualLayer(DualLayer)
    /// By training constants.
    case learnedConstants
    /// By a rule on the forecasts of networks that are trained to forecast.
    case forecast(ForecastPipeline)

    /// Whether it takes training.
    var isTrained: Bool {
      switch self {
      case .rule, .dualLayer: false
      case .learnedConstants, .forecast: true
      }
    }
  }

  let rule: BaselineRule
  let strategy: Strategy
  /// The name in reports.
  let title: String
  /// The name in files.
  let key: String
  /// When it decides; nil on the experiment's decisions.
  let schedule: RebalancingSchedule?
  /// How far a holding may drift from its target before a decision is traded.
  let band: Double

  /// Reads one; `assets` are those of the experiment.
  init(_ reader: ConfigReader, assets: [String], rowsPerYear: Double) {
    if reader.contains("like") {
      reader.report("like", "expected \"strategy\", and a strategy in the experiment")
      _ = reader.value("like")
    }
    let rule = reader.about("which strategy").choice("rule", of: BaselineRule.allCases)
    let name = reader.about("its name in reports and files").optionalString("name")
    self.rule = rule
    strategy = Self.strategy(rule, reader, assets, rowsPerYear)
    var suffix = ""
    if strategy.isTrained || rule == .dualLayer {
      (schedule, band) = (nil, 0)
    } else {
      (schedule, suffix) = Self.schedule(reader)
      band = reader.about(
        "a decision is traded only if some holding has drifted further than this from its target"
      )
      .double("band", default: 0, in: 0..<1)
    }
    title = name ?? Self.title(rule, strategy) + suffix
    key = name.map(Self.fileName) ?? rule.rawValue
  }

  /// An element of `baselines` as written out: one with `"like": "strategy"` is the experiment's strategy
  /// but for what it gives itself.
  static func expanded(_ element: JSONValue, like strategy: JSONValue?) -> JSONValue {
    guard let members = element.members, element["like"]?.string == "strategy", let strategy
    else { return element }
    let base =
      strategy.string == nil
      ? strategy : JSONValue(.object([JSONValue.Member("rule", strategy)]))
    let own = JSONValue(.object(members.filter { $0.key != "like" }), origin: element.origin)
    return base.merged(with: own)
  }

  /// The words of a name, joined by hyphens.
  private static func fileName(_ name: String) -> String {
    name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
  }

  private static func title(_ rule: BaselineRule, _ strategy: Strategy) -> String {
    switch (rule, strategy) {
    case (.volatilityTarget, .rule(let inner)), (.momentumGate, .rule(let inner)):
      inner.name.prefix(1).uppercased() + inner.name.dropFirst()
    case (.fixedMix, .rule(let mix)): mix.name
    default: rule.title
    }
  }

  private enum Frequency: String, CaseIterable {
    case decisions
    case weekly
    case monthly
    case quarterly
    case yearly
  }

  private static func schedule(
    _ reader: ConfigReader
  ) -> (schedule: RebalancingSchedule?, suffix: String) {
    let frequency = reader.about(
      "when it decides: on the experiment's decisions, or on the first row of each period"
    )
    .choice("rebalance", default: Frequency.decisions)
    let every = reader.about("rows from one decision to the next, instead of rebalance")
      .optionalInt("every", in: 1...10_000)
    if let every {
      if frequency != .decisions {
        reader.report("every", "value is \(every); expected no value beside 'rebalance'")
      }
      return (.every(every), ", every \(every) rows")
    }
    return switch frequency {
    case .decisions: (nil, "")
    case .weekly: (.weekly, ", weekly")
    case .monthly: (.monthly, ", monthly")
    case .quarterly: (.quarterly, ", quarterly")
    case .yearly: (.yearly, ", yearly")
    }
  }
}
