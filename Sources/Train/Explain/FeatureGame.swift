internal import Autodiff
internal import Finance

/// The game that an attribution shares out: what the ensemble of a fold decides when only some groups of
/// features are known and the others come from training data.
///
/// The background is a stretch of the fold's training decisions laid under the test: every decision sees a
/// real window of past features, in order, so that recurrent networks and filters get what they were
/// trained on. The universe stays that of the decision; an asset that was outside it at a background's
/// decision has features of 0 there, the mean.
///
/// Values of a date: the ensemble's budgets `[N]`, its weights `[N]`, and the weights' annual volatility by
/// the decision's covariance.
struct FeatureGame: Sendable {
  let problem: Problem
  let groups: FeatureGroups
  let fold: Fold
  /// The members of the ensemble, trained.
  let members: [FittedUnit]
  /// The tested decisions whose values are kept.
  let kept: [Int]
  private let policies: [Policy]

  /// The values of one date.
  static func width(assets: Int) -> Int { 2 * assets + 1 }

  init(
    _ problem: Problem, groups: FeatureGroups, fold: Fold, members: [FittedUnit], kept: [Int]
  ) throws {
    self.problem = problem
    self.groups = groups
    self.fold = fold
    self.members = members
    self.kept = kept
    policies = try members.map {
      try problem.policy(of: $0.unit.member, generator: SplitMix64(seed: 0)).policy
    }
  }

  /// Where background number `index` starts among the training decisions, and how it goes on.
  private func start(_ index: Int, length: Int, generator: SplitMix64) -> Int {
    var stream = generator.split("background").split(fold.folder).split("\(index)")
    let room = max(1, fold.train.count - length + 1)
    return min(room - 1, Int(stream.uniform() * Double(room)))
  }

  /// The values `[coalitions][kept · width]` of some coalitions over one background.
  ///
  /// Throws an ``ExperimentError`` naming the date of a decision without a solution.
  func values(_ coalitions: [Int], background: Int, generator: SplitMix64) throws -> [[Double]] {
    let n = problem.assetCount
    let width = Self.width(assets: n)
    var values = [[Double]](
      repeating: [Double](repeating: 0, count: kept.count * width), count: coalitions.count)
    // By member: each has its own scaling, and in-place blending needs one copy of it.
    for (member, policy) in zip(members, policies) {
      let original = member.state.scaler.standardized(problem.features)
      var blended = original
      let rows = fold.test.lowerBound - policy.history..<fold.test.upperBound
      let first = start(background, length: rows.count, generator: generator)
      let train = fold.train
      for (index, mask) in coalitions.enumerated() {
        groups.blend(&blended, original: original, rows: rows, mask: mask) {
          train.lowerBound + (first + $0) % train.count
        }
        let decided = try policy.decide(
          fold.test, of: problem, features: blended, parameters: member.state.best)
        for (k, decision) in kept.enumerated() {
          let row = decision - fold.test.lowerBound
          for i in 0..<n {
            values[index][k * width + i] += decided.budgets[row, i] / Double(members.count)
            values[index][k * width + n + i] += decided.weights[row, i] / Double(members.count)
          }
        }
      }
    }
    for index in coalitions.indices {
      for (k, decision) in kept.enumerated() {
        values[index][k * width + 2 * n] = volatility(
          values[index][k * width + n..<k * width + 2 * n], decision)
      }
    }
    return values
  }

  private func volatility(_ weights: ArraySlice<Double>, _ decision: Int) -> Double {
    let n = problem.assetCount
    var variance = 0.0
    for i in 0..<n {
      for j in 0..<n {
        variance +=
          weights[weights.startIndex + i] * weights[weights.startIndex + j]
          * problem.covariances[decision * n * n + i * n + j]
      }
    }
    return (max(0, variance) * problem.experiment.data.rowsPerYear).squareRoot()
  }
}
