internal import Autodiff
internal import Finance

extension Problem {
  /// Builds the model once and returns its number of parameters.
  ///
  /// Throws when bounds cannot be met or a learning rate names no parameter.
  @discardableResult
  func checkModel() throws -> Int {
    func entries(_ settings: ModelSettings) throws -> [Parameters.Entry] {
      var builder = ParameterBuilder(generator: SplitMix64(seed: 0))
      _ = try builder.scope("policy") {
        try Policy(
          settings, assets: assetCount,
          features: features.assetFeatureCount + features.marketFeatureCount, in: &$0)
      }
      return builder.parameters.entries
    }
    let own = try entries(experiment.model)
    let rates = LearningRates(
      standard: experiment.training.learningRate,
      groups: experiment.training.learningRates.map { (name: $0.name, rate: $0.value) })
    // The constants are trained for the baseline even where the model has none.
    let all = own + (try entries(experiment.model.constants))
    if let unmatched = rates.resolve(all).unmatched.first {
      throw ExperimentError(
        "training.learningRates: '\(unmatched)' names no parameter"
          + Spelling.hint(
            for: unmatched,
            among: own.flatMap { $0.name.split(separator: ".").map { String($0) } })
          + "; the parameters are \(own.map(\.name).joined(separator: ", "))")
    }
    return own.reduce(0) { $0 + $1.range.count }
  }
}
