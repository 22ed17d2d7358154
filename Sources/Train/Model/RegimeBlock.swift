internal import Autodiff
internal import Finance
internal import Layers

/// The regime block of a policy: indicators → filtered probabilities `[D, K]`.
///
/// Training may number regimes in any order. ``named(_:in:)`` numbers them by their first indicator, so
/// that those of several networks can be compared and averaged.
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

  /// Probabilities `[D, K]` by ascending mean of the first indicator, or, of a network's emissions, by
  /// how much it speaks for a regime.
  func named(_ probabilities: Variable, in pass: inout Pass) -> Variable {
    let levels: [Scalar] =
      switch emissions {
      case .gaussian(let gaussian):
        stride(from: 0, to: count * indicators.count, by: indicators.count)
          .map { pass(gaussian.means).tensor.elements[$0] }
      case .network(let linear): Array(pass(linear.weight).tensor.elements[..<count])
      }
    let order = levels.indices.sorted { (levels[$0], $0) < (levels[$1], $1) }
    guard order != Array(levels.indices) else { return probabilities }
    return concatenate(order.map { probabilities.slice($0..<$0 + 1, axis: 1) }, axis: 1)
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
