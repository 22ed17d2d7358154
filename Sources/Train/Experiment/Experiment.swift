internal import Autodiff
internal import Finance

/// A walk-forward experiment, as a config file describes it.
///
/// Every default is visible where it is read; an experiment states only what differs. Counts of
/// decisions and rows are said by their names: a *row* is a line of the price panel, a *decision*
/// happens every `decisions.every` rows.
struct Experiment: Sendable {
  var name: String
  var description: String
  /// The seed of everything random; each use splits its own named stream from it.
  var seed: Int
  var data: DataSettings
  var decisions: DecisionSettings
  var execution: ExecutionSettings
  var features: FeatureSettings
  var covariance: CovarianceSettings
  var model: ModelSettings
  var objective: ObjectiveSettings
  var training: TrainingSettings
  var folds: FoldSettings
  /// The strategies that run through the same backtest.
  var baselines: [Baseline]
  /// What the report needs to know beyond the rest.
  var report: ReportSettings
  /// Variants and data seeds of a known-truth study, for `train known-truth`.
  var study: StudySettings?

  /// The indicators that features and rules read.
  var indicatorNames: [String] { Self.indicatorNames(features, model) }

  private static func indicatorNames(
    _ features: FeatureSettings, _ model: ModelSettings
  ) -> [String] {
    let own = features.indicatorNames
    guard let rule = model.floorRule?.indicator, !own.contains(rule) else { return own }
    return own + [rule]
  }

  init(_ reader: ConfigReader) {
    name = reader.about("the experiment's name; runs go to runs/NAME")
      .string("name")
    description = reader.about("a sentence for the report")
      .string("description", default: "")
    seed = reader.about("the seed of everything random")
      .int("seed", default: 1, in: 0...)
    data = reader.object("data") { DataSettings($0) }
    decisions = reader.object("decisions") { DecisionSettings($0) }
    execution = reader.object("execution") { ExecutionSettings($0) }
    features = reader.object("features") { FeatureSettings($0) }
    covariance = reader.object("covariance") { CovarianceSettings($0) }
    let names = data.assets
    model = reader.object("model") { ModelSettings($0, assets: names) }
    objective = reader.object("objective") { ObjectiveSettings($0) }
    training = reader.object("training") { TrainingSettings($0) }
    let (every, lag) = (decisions.every, execution.lag)
    folds = reader.object("folds") { FoldSettings($0, every: every, lag: lag) }
    if data.indicators != nil, data.indicatorLag + lag == 0 {
      reader.report(
        "execution",
        "lag is 0 and data.indicatorLag is 0; expected one of them above 0: an indicator of a day "
          + "is known in the evening, after the close that would trade on it")
    }
    let read = Self.indicatorNames(features, model)
    if data.indicators == nil, data.simulated == nil, !read.isEmpty {
      reader.report(
        "features",
        "features or rules read \(read.joined(separator: ", ")); expected "
          + "data.indicators to name their file")
    }
    baselines = reader.about("the strategies that run through the same backtest")
      .choices("baselines", default: Baseline.allCases)
    report = reader.object("report") { ReportSettings($0, assets: names) }
    study = reader.about("a known-truth study, for 'train known-truth'; null: none")
      .optionalObject("study") { StudySettings($0) }
  }
}

/// A strategy to compare with, run through the same backtest on the same decisions and costs.
enum Baseline: String, Sendable, CaseIterable {
  case equalWeight = "equal-weight"
  case inverseVolatility = "inverse-volatility"
  case riskParity = "risk-parity"
  case minimumVariance = "minimum-variance"
  /// Risk budgets without a network: one trainable constant per asset, trained like the model.
  case constantBudgets = "constant-budgets"

  /// The name in reports.
  var title: String {
    switch self {
    case .equalWeight: "Equal weight"
    case .inverseVolatility: "Inverse volatility"
    case .riskParity: "Risk parity"
    case .minimumVariance: "Minimum variance"
    case .constantBudgets: "Learned constant budgets"
    }
  }
}
