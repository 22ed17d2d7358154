internal import Autodiff
internal import Finance

/// A run's trained networks, deciding again where something else is changed: nothing is trained.
struct FrozenEnsemble: Sendable {
  /// The networks of one fold with their policies.
  struct Members: Sendable {
    let fold: Fold
    let units: [FittedUnit]
    let policies: [Policy]
  }

  let problem: Problem
  let folds: [Members]

  init(_ result: RunResult) throws {
    let problem = result.problem
    self.problem = problem
    folds = try problem.folds.map { fold in
      let units = result.fits.filter {
        $0.unit.fold == fold && $0.unit.member.isOfModel
      }
      return Members(
        fold: fold, units: units,
        policies: try units.map {
          try problem.policy(of: $0.unit.member, generator: SplitMix64(seed: 0)).policy
        })
    }
  }

  /// The decisions before a block that the networks look back on.
  var history: Int { folds.first?.policies.first?.history ?? 0 }

  /// Mean budgets and weights of a fold's networks for some decisions of a problem.
  ///
  /// `change` alters the standardised features in place.
  func decide(
    _ decisions: Range<Int>, of problem: Problem, by members: Members,
    change: (inout FeatureTensors) -> Void = { _ in }
  ) throws -> (budgets: Matrix, weights: Matrix) {
    let n = problem.assetCount
    var budgets = Matrix(rows: decisions.count, columns: n)
    var weights = budgets
    for (unit, policy) in zip(members.units, members.policies) {
      var features = unit.state.scaler.standardized(problem.features)
      change(&features)
      let decided = try policy.decide(
        decisions, of: problem, features: features, parameters: unit.state.best)
      for i in weights.elements.indices {
        budgets.elements[i] += decided.budgets.elements[i] / Double(members.units.count)
        weights.elements[i] += decided.weights.elements[i] / Double(members.units.count)
      }
    }
    return (budgets, weights)
  }

  /// What the ensembles decide over all tests of another problem with as many folds: their rows, budgets and
  /// weights.
  func decideTests(
    of problem: Problem, change: (inout FeatureTensors) -> Void = { _ in }
  ) throws -> (rows: [Int], budgets: Matrix, weights: Matrix) {
    var rows: [Int] = []
    var (budgets, weights) = ([Double](), [Double]())
    for (fold, members) in zip(problem.folds, folds) {
      let decided = try decide(fold.test, of: problem, by: members, change: change)
      rows += problem.rows[fold.test]
      budgets += decided.budgets.elements
      weights += decided.weights.elements
    }
    let n = problem.assetCount
    return (
      rows, Matrix(rows: rows.count, columns: n, elements: budgets),
      Matrix(rows: rows.count, columns: n, elements: weights)
    )
  }

  /// Equal-risk and equal weights of the universe at the same decisions, to stress beside the model.
  static func references(
    _ decisions: Range<Int>, of problem: Problem
  ) throws -> (riskParity: Matrix, equalWeight: Matrix) {
    let n = problem.assetCount
    var parity = Matrix(rows: decisions.count, columns: n)
    var equal = parity
    let rule = RiskParity()
    for (row, decision) in decisions.enumerated() {
      let members = problem.availability?.members(at: decision) ?? Array(0..<n)
      let covariance = problem.covariance(ofDecision: decision)
      let own = Matrix(
        rows: members.count, columns: members.count,
        elements: members.flatMap { i in members.map { covariance[i, $0] } })
      do {
        for (i, weight) in zip(members, try rule.weights(covariance: own)) {
          parity[row, i] = weight
          equal[row, i] = 1 / Double(members.count)
        }
      } catch {
        throw ExperimentError(
          "risk parity, decision of \(problem.data.dates[problem.rows[decision]]): \(error)")
      }
    }
    return (parity, equal)
  }
}
