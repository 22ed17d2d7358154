internal import Autodiff
internal import Finance
internal import Layers

/// The regime block of a policy: indicators → filtered probabilities `[D, K]`.
struct RegimeBlock: Sendable {
  private enum Emissions: Sendable {
    case gaussian(GaussianEmissions)
    case network(Linear)
  }

  let count: Int
  /// The positions of the indicators among the market's features.
  let indicators: [Int]
  private let emissions: Emissions
  private let filter: RegimeFilter
  private let warmup: Int

  /// Parameters `emissions` and `filter`.
  ///
  /// Throws an ``ExperimentError`` for an indicator that is no market feature.
  init(
    _ settings: RegimeSettings, _ inputs: ModelInputs, in builder: inout ParameterBuilder
  ) throws {
    guard !inputs.marketFeatures.isEmpty else {
      throw ExperimentError(
        "model.regimes needs market features to tell regimes apart; add some to features.market")
    }
    let names = settings.indicators.isEmpty ? inputs.marketFeatures : settings.indicators
    indicators = try names.map { name in
      guard let position = inputs.marketFeatures.firstIndex(of: name) else {
        throw ExperimentError(
          "model.regimes.indicators: '\(name)' is no market feature"
            + Spelling.sentenceEnd(for: name, among: inputs.marketFeatures)
            + " features.market has \(inputs.marketFeatures.joined(separator: ", "))")
      }
      return position
    }
    let (k, m) = (settings.count, names.count)
    count = k
    warmup = settings.warmup
    emissions = builder.scope("emissions") { builder in
      switch settings.emissions {
      case .gaussian:
        .gaussian(GaussianEmissions(regimes: k, indicators: m, in: &builder))
      case .network: .network(Linear(inputs: m, outputs: k, in: &builder))
      }
    }
    switch settings.transition {
    case .learned:
      filter = builder.scope("filter") {
        RegimeFilter(regimes: k, persistence: settings.persistence, in: &$0)
      }
    case .fixed:
      let leave = (1 - settings.persistence) / Double(k - 1)
      filter = try RegimeFilter(
        transition: (0..<k).map { from in
          (0..<k).map { $0 == from ? settings.persistence : leave }
        })
    }
  }

  /// The probabilities of the decisions after `history`, and the log-likelihood of each observation.
  ///
  /// Shapes: `market` `[history + D, M]`; results `[D, K]`, `[D]`. The filter starts `warmup`
  /// decisions before the first that counts.
  func callAsFunction(
    _ market: Variable, history: Int, in pass: inout Pass
  ) throws -> (probabilities: Variable, logLikelihoods: Variable) {
    let rows = market.shape[0]
    let seen = market.slice(history - warmup..<rows)
    let observed =
      indicators == Array(0..<market.shape[1])
      ? seen : concatenate(indicators.map { seen.slice($0..<$0 + 1, axis: 1) }, axis: 1)
    let likelihoods =
      switch emissions {
      case .gaussian(let gaussian): gaussian(observed, in: &pass)
      case .network(let linear): linear(observed, in: &pass)
      }
    let counted = warmup..<rows - history + warmup
    do {
      let output = try filter(likelihoods, in: &pass)
      return (output.probabilities.slice(counted), output.logLikelihoods.slice(counted))
    } catch let error as DatedError {
      // Counted from the block's first decision, which the warm-up precedes.
      throw DatedError(date: error.date - warmup, underlying: error.underlying)
    }
  }
}
