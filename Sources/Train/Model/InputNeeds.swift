/// What a policy reads for a block of decisions; the rest is not put on the tape.
struct InputNeeds: Sendable {
  /// The decisions before the block.
  let history: Int
  /// How features are laid out for the network; nil where nothing reads them.
  let scorer: ModelSettings.Scorer?
  /// Whether the network reads features of assets and of the market side by side.
  let stacked: Bool
  /// Whether it reads those of the assets apart.
  let own: Bool
  /// Whether anything reads those of the market apart.
  let market: Bool
  /// How neighbours are chosen, where assets attend to each other.
  let attention: AttentionSettings?
  /// Whether volatilities and correlations are read apart.
  let trailing: Bool
  /// The factors of trailing factor models; nil where none are read.
  let factors: Int?
  /// The fixed tilt's expected returns; nil without it.
  let tilt: TiltSettings?
  /// Rows of warm-up of the daily returns that recursions run on; nil without one.
  let path: Int?
  /// Rows of the rule that opens gates; nil without it.
  let ruleRows: Int?
  /// Rows of returns that are a decision's scenarios; nil where the covariance tells the risk.
  let scenarioRows: Int?

  init(_ settings: ModelSettings) {
    history = settings.history
    let hasNetwork = settings.head.kind != .none
    scorer = hasNetwork ? settings.scorer : nil
    own = hasNetwork && settings.selection?.kind == .network
    stacked = hasNetwork && !own
    market = own || settings.regimes != nil
    attention = settings.attention
    let kind = settings.risk.kind
    trailing = kind == .volatility || kind == .shrinkage || kind == .garch
    factors = kind == .factor ? settings.risk.rank : nil
    tilt = settings.tilt.flatMap { $0.kind == .trailing ? $0 : nil }
    path = kind == .garch || kind == .dcc ? settings.risk.warmup : nil
    ruleRows = settings.gate.flatMap { $0.kind == .rule ? $0.rows : nil }
    scenarioRows = settings.measure.kind == .volatility ? nil : settings.measure.rows
  }
}
