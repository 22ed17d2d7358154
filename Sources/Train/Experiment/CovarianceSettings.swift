internal import Finance

/// Which covariance the risk budgets are solved with.
struct CovarianceSettings: Sendable {
  enum Estimator: String, Sendable, CaseIterable {
    case sample
    case ewma
    case ledoitWolf = "ledoit-wolf"
  }

  var estimator: Estimator
  /// Rows of returns used.
  var window: Int
  /// The half-life of the weights in rows; for `ewma` only.
  var halfLife: Double

  init(_ reader: ConfigReader) {
    estimator = reader.about("the covariance that risk budgets are solved with")
      .choice("estimator", default: Estimator.sample)
    window = reader.about("rows of returns used")
      .int("window", default: 60, in: 2...10_000)
    halfLife = reader.about("half-life of the weights in rows, for ewma")
      .double("halfLife", default: 20, in: .above(0))
  }

  var value: any CovarianceEstimator {
    switch estimator {
    case .sample: SampleCovariance(window: window)
    case .ewma: EWMACovariance(halfLife: halfLife, window: window)
    case .ledoitWolf: LedoitWolfCovariance(window: window)
    }
  }
}
