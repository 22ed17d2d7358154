/// Regimes of the market, filtered from its features, each with budgets of its own.
struct RegimeSettings: Sendable {
  enum Emissions: String, Sendable, CaseIterable {
    /// Each regime has a normal distribution of the indicators.
    case gaussian
    /// A linear map of the indicators gives log-likelihoods.
    case network
  }

  enum Budgets: String, Sendable, CaseIterable {
    /// Trainable constants of each regime.
    case constant
    /// The head scores every asset once per regime.
    case network
  }

  enum Transition: String, Sendable, CaseIterable {
    case learned
    case fixed
  }

  /// K.
  var count: Int
  /// The market features that tell regimes apart; empty: all of them.
  var indicators: [String]
  var emissions: Emissions
  var budgets: Budgets
  var transition: Transition
  /// The probability of staying from one decision to the next: at the start, or fixed.
  var persistence: Double
  /// The weight of the regime model's own likelihood in the objective.
  var likelihood: Double
  /// Decisions that the filter runs on before the first that counts.
  var warmup: Int

  init(_ reader: ConfigReader) {
    count = reader.about("the number of regimes").int("count", default: 2, in: 2...16)
    indicators = reader.about(
      "the market features that tell regimes apart, as features.market writes them; none: all of them"
    )
    .strings("indicators", default: [])
    emissions = reader.about(
      "gaussian: a normal distribution of the indicators per regime; network: log-likelihoods by a linear map"
    )
    .choice("emissions", default: .gaussian)
    budgets = reader.about(
      "constant: trainable scores per regime beside the network's; network: the head scores each asset once per regime"
    )
    .choice("budgets", default: .constant)
    transition = reader.about("whether the probabilities of changing are learned")
      .choice("transition", default: .learned)
    persistence = reader.about(
      "probability of staying in a regime from one decision to the next, to start with or for good"
    )
    .double("persistence", default: 0.98, in: .between(0, 1))
    likelihood = reader.about(
      "weight of minus the mean log-likelihood of the indicators in the objective; gaussian only"
    )
    .double("likelihood", default: 0, in: 0...)
    warmup = reader.about("decisions that the filter runs on before the first that counts")
      .int("warmup", default: 12, in: 0...10_000)
    if emissions == .network, likelihood > 0 {
      reader.report(
        "likelihood",
        "value is \(likelihood); expected 0 with network emissions, whose likelihoods have no scale"
      )
    }
  }
}
