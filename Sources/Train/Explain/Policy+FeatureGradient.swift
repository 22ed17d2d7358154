internal import Autodiff
internal import Finance
internal import Layers

extension Policy {
  /// The gradient of one asset's weight at one decision with respect to the features it was decided from,
  /// summed over the network's window: by asset and feature `[N][F]`, and by feature of the market `[M]`.
  ///
  /// `features` are standardised. Throws an ``ExperimentError`` naming the date of a decision without a
  /// solution, and for a model that reads no features.
  func featureGradient(
    ofWeight asset: Int, decision: Int, of problem: Problem, features: FeatureTensors,
    parameters: Parameters
  ) throws -> (asset: [[Double]], market: [Double]) {
    let (n, own, market) = (
      problem.assetCount, features.assetFeatureCount, features.marketFeatureCount
    )
    let tape = Tape()
    let inputs = DecisionInputs(
      decision..<decision + 1, of: problem, features: features, for: needs, on: tape,
      differentiable: true)
    guard inputs.features != nil || inputs.own != nil || inputs.market != nil else {
      throw ExperimentError("this model reads no features: there is nothing to explain")
    }
    var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation, needsGradient: false)
    let decided: Decision
    do { decided = try self(inputs, in: &pass) } catch let error as DatedError {
      throw ExperimentError(
        "decision of \(problem.data.dates[problem.rows[decision]]): \(error.underlying)")
    }
    var seed = [Scalar](repeating: 0, count: n)
    seed[asset] = 1
    tape.backward(from: decided.weights, cotangent: Tensor(seed, shape: Shape(1, n)))
    var byAsset = [[Double]](repeating: [Double](repeating: 0, count: own), count: n)
    var byMarket = [Double](repeating: 0, count: market)
    if let stacked = inputs.features {
      let gradient = tape.gradient(of: stacked).elements
      for t in 0...history {
        if needs.scorer == .shared {
          for j in 0..<n {
            let start = (t * n + j) * (own + market)
            for f in 0..<own { byAsset[j][f] += Double(gradient[start + f]) }
            for m in 0..<market { byMarket[m] += Double(gradient[start + own + m]) }
          }
          continue
        }
        let start = t * (n * own + market)
        for j in 0..<n {
          for f in 0..<own { byAsset[j][f] += Double(gradient[start + j * own + f]) }
        }
        for m in 0..<market { byMarket[m] += Double(gradient[start + n * own + m]) }
      }
    }
    // Blocks that read features of assets and of the market apart.
    if let apart = inputs.own {
      for (index, slope) in tape.gradient(of: apart).elements.enumerated() {
        byAsset[index / own % n][index % own] += Double(slope)
      }
    }
    if let apart = inputs.market {
      for (index, slope) in tape.gradient(of: apart).elements.enumerated() {
        byMarket[index % market] += Double(slope)
      }
    }
    return (byAsset, byMarket)
  }
}
