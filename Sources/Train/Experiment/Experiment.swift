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
  /// A strategy without a network in the model's place; then nothing is trained for it.
  var strategy: Baseline?
  /// The strategies that run through the same backtest.
  var baselines: [Baseline]
  /// What the report needs to know beyond the rest.
  var report: ReportSettings
  /// Variants and data seeds of a known-truth study, for `train known-truth`.
  var study: StudySettings?
  /// How `train search` searches, and for what.
  var search: SearchSettings

  /// The indicators that features, rules and strategies read, in order of first use.
  var indicatorNames: [String] {
    var names = features.indicatorNames
    if let rule = model.floorRule?.indicator, !names.contains(rule) { names.append(rule) }
    for name in model.dualLayer?.indicatorNames ?? [] where !names.contains(name) {
      names.append(name)
    }
    for strategy in [strategy].compactMap({ $0 }) + baselines {
      for name in strategy.indicatorNames where !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The networks of the model's ensemble: one for each seed, or, where nothing random is in their start,
  /// only as many as differ in what they train on.
  var networkCount: Int { model.isConstant ? constantsCount : training.seeds }

  /// The members of the learned constants.
  var constantsCount: Int { folds.plan.validationBlocks ?? 1 }

  /// The key of what makes the objective another function in every epoch, if anything does.
  private static func change(of objective: ObjectiveSettings, _ model: ModelSettings) -> String? {
    let keys = [
      ("objective.annealing", objective.annealing.epochs > 0 && !objective.annealing.from.isEmpty),
      (
        "model.sequence.dropout", model.sequence.kind != .none && model.sequence.dropout > 0
      ),
      ("model.attention.dropout", (model.attention?.dropout ?? 0) > 0),
      ("model.head.dropout", model.head.kind == .mlp && model.head.dropout > 0),
      ("model.selection.noise", model.selection?.kind == .gates),
      ("model.gate.noise", model.gate?.kind == .stochastic && (model.gate?.noise ?? 0) > 0),
    ]
    return keys.first { $0.1 }?.0
  }

  private static let standardBaselines: [String] = [
    BaselineRule.equalWeight, .inverseVolatility, .riskParity, .minimumVariance, .constantBudgets,
  ].map(\.rawValue)

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
    let (assets, rowsPerYear, step) = (data.assets, data.rowsPerYear, decisions.every)
    model = reader.object("model") {
      ModelSettings($0, assets: assets, rowsPerYear: rowsPerYear, every: step)
    }
    objective = reader.object("objective") { ObjectiveSettings($0, assets: assets) }
    training = reader.object("training") { TrainingSettings($0) }
    if training.optimizer == .lbfgs, let reason = Self.change(of: objective, model) {
      reader.report(
        "training",
        "optimizer is lbfgs, whose steps need one function, but \(reason) changes it from epoch "
          + "to epoch; choose another optimizer, or switch that off")
    }
    let (every, lag) = (decisions.every, execution.lag)
    folds = reader.object("folds") { FoldSettings($0, every: every, lag: lag) }
    if folds.scheme == .combinatorial, training.warmStart {
      reader.report(
        "training",
        "warmStart is true; expected false for combinatorial folds: parameters of one fold have "
          + "seen the tests of others")
    }
    if folds.plan.validationBlocks != nil, training.warmStart {
      reader.report(
        "training",
        "warmStart is true; expected false with folds.validationBlocks: parameters of one fold have "
          + "seen decisions that the next one validates on")
    }
    let (names, year) = (data.assets, data.rowsPerYear)
    let written = reader.peek("strategy")
    strategy = reader.about(
      "a strategy in the place of the model (see Baselines); then no network is trained"
    )
    .optionalObject("strategy", shorthand: "rule") {
      Baseline($0, assets: names, rowsPerYear: year)
    }
    if let strategy, strategy.strategy.isTrained {
      reader.report(
        "strategy",
        "value is \"\(strategy.rule.rawValue)\"; expected "
          + (strategy.rule == .constantBudgets
            ? "no strategy and model.head.kind \"none\"" : "it among baselines"))
    }
    baselines = reader.about("the strategies that run through the same backtest (see Baselines)")
      .objects(
        "baselines", shorthand: "rule", default: Self.standardBaselines,
        expand: { Baseline.expanded($0, like: written) }
      ) {
        Baseline($0, assets: names, rowsPerYear: year)
      }
    report = reader.object("report") { ReportSettings($0, assets: names) }
    study = reader.about("a known-truth study, for 'train known-truth'; null: none")
      .optionalObject("study") { StudySettings($0) }
    search = reader.object("search") { SearchSettings($0) }
    requireLateListings(reader)
    requirePoolable(reader)
    if data.indicators.isEmpty, data.simulated == nil, !indicatorNames.isEmpty {
      let keys = [
        ("features", features.indicatorNames),
        ("model", model.floorRule.map { [$0.indicator] } ?? []),
        ("model", model.dualLayer?.indicatorNames ?? []),
        ("strategy", strategy?.indicatorNames ?? []),
      ]
      reader.report(
        keys.first { !$0.1.isEmpty }?.0 ?? "baselines",
        "read \(indicatorNames.joined(separator: ", ")); expected data.indicators to name their file"
      )
    }
    let undelayed = indicatorNames.filter { data.indicatorLagDays[$0, default: 0] == 0 }
    if !data.indicators.isEmpty, data.indicatorLag + lag == 0, !undelayed.isEmpty {
      reader.report(
        "execution",
        "lag is 0 and nothing delays \(undelayed.joined(separator: ", ")); expected lag or "
          + "data.indicatorLag above 0, or data.indicatorLagDays of each: an indicator of a day is known "
          + "in the evening, after the close that would trade on it")
    }
    for (index, baseline) in baselines.enumerated()
    where baselines[..<index].contains(where: { $0.key == baseline.key }) {
      reader.report(
        "baselines",
        "'\(baseline.key)' is there twice; expected different names: give one of them a 'name'")
    }
    requireWholeTurns(reader)
  }

  /// Every block of a rotating validation is held out by as many networks as any other.
  private func requireWholeTurns(_ reader: ConfigReader) {
    let forecasts = baselines.contains { if case .forecast = $0.strategy { true } else { false } }
    let usesSeeds = forecasts || (strategy == nil && !model.isConstant)
    guard usesSeeds, let blocks = folds.plan.validationBlocks,
      !training.seeds.isMultiple(of: blocks)
    else { return }
    reader.report(
      "training",
      "seeds is \(training.seeds); expected a multiple of folds.validationBlocks, \(blocks), so that "
        + "every block is held out by as many networks")
  }
}
