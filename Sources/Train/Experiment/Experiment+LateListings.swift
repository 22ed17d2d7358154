internal import Finance

extension Experiment {
  /// Reports what assets that join later are not supported by.
  ///
  /// What is left is complete: every other block, rule and estimator treats an asset outside the universe
  /// as if it were not in the config.
  func requireLateListings(_ reader: ConfigReader) {
    let isOwn = data.lateListings == .join
    let pooled = pool.first { $0.data.lateListings == .join }
    guard isOwn || pooled != nil else { return }
    let place = isOwn ? "data" : "training.pool '\(pooled?.name ?? "")' data"
    func refuse(_ key: String, _ what: String, _ remedy: String) {
      reader.report(
        key,
        "\(what) needs every asset at every decision; expected \(remedy), or \(place).lateListings "
          + "\"trim\"")
    }
    if covariance.estimator.isConditional {
      refuse(
        "covariance", "estimator \"\(covariance.estimator.rawValue)\"",
        "one of \"sample\", \"ewma\", \"ledoit-wolf\", \"oas\", \"pca\", \"denoised\"")
    }
    switch model.risk.kind {
    case .trailing, .volatility, .shrinkage: break
    case .cholesky, .factor, .garch, .dcc:
      refuse(
        "model", "risk.kind \"\(model.risk.kind.rawValue)\"",
        "one of \"trailing\", \"volatility\", \"shrinkage\"")
    }
    if model.tilt != nil { refuse("model", "tilt", "null") }
    if model.dualLayer != nil { refuse("model", "dualLayer", "null") }
    if !model.budgets.groups.isEmpty { refuse("model", "budgets.groups", "none") }
    guard isOwn else { return }
    for baseline in baselines where !baseline.supportsLateListings {
      refuse("baselines", "\"\(baseline.rule.rawValue)\"", "it left out")
    }
    if let strategy, !strategy.supportsLateListings {
      refuse("strategy", "\"\(strategy.rule.rawValue)\"", "another rule")
    }
  }
}

extension Baseline {
  /// Whether it can do with the assets that are in the universe at a decision.
  var supportsLateListings: Bool {
    switch strategy {
    case .rule, .learnedConstants: true
    case .dualLayer, .forecast: false
    }
  }

  /// The rows of returns that its rule reads of each asset; 0 where it has no rule.
  var requiredRows: Int {
    if case .rule(let rule) = strategy { rule.requiredRows } else { 0 }
  }
}
