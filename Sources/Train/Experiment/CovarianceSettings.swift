internal import Finance

/// Which covariance the risk budgets are solved with.
struct CovarianceSettings: Sendable {
  enum Estimator: String, Sendable, CaseIterable {
    case sample
    case ewma
    case ledoitWolf = "ledoit-wolf"
    case oas
    case principalComponents = "pca"
    case denoised
    case constantCorrelation = "ccc"
    case dynamicCorrelation = "dcc"
    case exponentialDynamicCorrelation = "egarch-dcc"

    /// Whether a model is fitted by maximum likelihood.
    var isConditional: Bool {
      switch self {
      case .constantCorrelation, .dynamicCorrelation, .exponentialDynamicCorrelation: true
      case .sample, .ewma, .ledoitWolf, .oas, .principalComponents, .denoised: false
      }
    }
  }

  /// The fewest rows that a conditional model is asked to be fitted to.
  static let leastConditionalWindow = 250

  var estimator: Estimator
  /// Rows of returns used.
  var window: Int
  /// The half-life of the weights in rows; for `ewma` only.
  var halfLife: Double
  /// The number of factors; for `pca` only.
  var factors: Int
  /// Rows after which a conditional model is fitted again.
  var refitEvery: Int

  /// Settings without a config.
  init(
    estimator: Estimator, window: Int, halfLife: Double = 20, factors: Int = 3,
    refitEvery: Int = 250
  ) {
    self.estimator = estimator
    self.window = window
    self.halfLife = halfLife
    self.factors = factors
    self.refitEvery = refitEvery
  }

  init(_ reader: ConfigReader) {
    estimator = reader.about(
      "the covariance that risk budgets are solved with; ccc, dcc (GARCH margins) and egarch-dcc are fitted to the window and forecast the next row"
    )
    .choice("estimator", default: Estimator.sample)
    window = reader.about("rows of returns used, at least 250 for ccc, dcc and egarch-dcc")
      .int("window", default: 60, in: 2...10_000)
    halfLife = reader.about("half-life of the weights in rows, for ewma")
      .double("halfLife", default: 20, in: .above(0))
    factors = reader.about("the number of factors, for pca")
      .int("factors", default: 3, in: 1...1000)
    refitEvery = reader.about(
      "rows after which ccc, dcc and egarch-dcc are fitted again, to past rows only"
    )
    .int("refitEvery", default: 250, in: 1...100_000)
    if estimator.isConditional, window < Self.leastConditionalWindow {
      reader.report(
        "window",
        "value is \(window); expected at least \(Self.leastConditionalWindow) for the estimator "
          + "'\(estimator.rawValue)', which fits a model to the window")
    }
  }

  var value: any CovarianceEstimator {
    switch estimator {
    case .sample: SampleCovariance(window: window)
    case .ewma: EWMACovariance(halfLife: halfLife, window: window)
    case .ledoitWolf: LedoitWolfCovariance(window: window)
    case .oas: OASCovariance(window: window)
    case .principalComponents: PrincipalComponentCovariance(factors: factors, window: window)
    case .denoised: DenoisedCovariance(window: window)
    case .constantCorrelation: refitted(.constant)
    case .dynamicCorrelation, .exponentialDynamicCorrelation: refitted(.dynamic)
    }
  }

  private func refitted(_ dynamics: CorrelationModel.Dynamics) -> any CovarianceEstimator {
    RefittedCovariance(
      Self.model(dynamics, margin), window: window, refitEvery: refitEvery)
  }

  /// The volatilities of a conditional model.
  var margin: VolatilityModel.Dynamics {
    estimator == .exponentialDynamicCorrelation ? .egarch : .garch
  }

  static func model(
    _ dynamics: CorrelationModel.Dynamics, _ margin: VolatilityModel.Dynamics
  ) -> CorrelationModel { CorrelationModel(dynamics, margin: VolatilityModel(margin)) }
}
