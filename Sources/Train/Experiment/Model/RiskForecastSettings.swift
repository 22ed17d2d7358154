/// The covariance that the solver sees.
struct RiskForecastSettings: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    /// The estimate of the section `covariance`.
    case trailing
    /// Its correlations, with volatilities forecast by the network.
    case volatility
    /// Volatilities and correlations forecast by the network, these shrunk toward the trailing ones.
    case shrinkage
    /// The network changes the trailing Cholesky factor.
    case cholesky
    /// The network changes a trailing factor model B Φ Bᵀ + diag(d).
    case factor
    /// GARCH recursions with trained parameters, trailing correlations.
    case garch
    /// GARCH volatilities and DCC correlations, all parameters trained.
    case dcc
  }

  var kind: Kind
  /// The rank of the network's part of `shrinkage` and `cholesky`; the factors of `factor`.
  var rank: Int
  /// Rows of returns that the recursions of `garch` and `dcc` run on before a block.
  var warmup: Int
  /// The loss of volatility forecasts against the variance of the holding period that follows.
  var loss: Loss
  /// Its weight in the objective.
  var weight: Double

  enum Loss: String, Sendable, CaseIterable {
    case qlike
    case mse
  }

  init(_ reader: ConfigReader) {
    kind = reader.about(
      "trailing: the estimate of the section covariance; volatility: its correlations with the network's volatilities; shrinkage: correlations from the network too, shrunk toward it; cholesky: the network changes its factor; factor: the network changes loadings, factor and idiosyncratic variances of its principal components, solved in time linear in the assets; garch, dcc: recursions on daily returns with trained parameters"
    )
    .choice("kind", default: .trailing)
    rank = reader.about(
      "rank of the network's part of shrinkage and cholesky; the number of factors of factor"
    )
    .int("rank", default: 2, in: 1...64)
    warmup = reader.about("rows that the recursions of garch and dcc run on before a block")
      .int("warmup", default: 250, in: 20...10_000)
    loss = reader.about(
      "the loss of the volatility forecasts against the variance of the holding period that follows"
    )
    .choice("loss", default: .qlike)
    weight = reader.about("its weight in the objective; 0: trained by the portfolio's loss alone")
      .double("weight", default: 0, in: 0...)
    if weight > 0, kind == .trailing || kind == .cholesky {
      reader.report(
        "weight",
        "value is \(weight); expected 0, or a kind that forecasts volatilities: volatility, "
          + "shrinkage, factor, garch or dcc")
    }
  }

  /// Whether the network's states are read.
  var usesNetwork: Bool {
    switch kind {
    case .trailing, .garch, .dcc: false
    case .volatility, .shrinkage, .cholesky, .factor: true
    }
  }
}
