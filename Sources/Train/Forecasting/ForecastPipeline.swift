internal import Finance

/// The second half of the pipelines that forecast first and optimise then: a rule that makes a portfolio
/// of forecasts.
struct ForecastPipeline: Sendable {
  enum Allocation: Sendable {
    case riskParity
    case hierarchicalRiskParity(HierarchicalClustering.Linkage)
    case meanVariance(riskAversion: Double, bounds: SimplexBounds?)
  }

  let allocation: Allocation

  /// The forecasters that it needs.
  var targets: [ForecastTarget] {
    if case .meanVariance = allocation { [.risk, .returns] } else { [.risk] }
  }

  /// The weights `[N]` for a forecast covariance `[N, N]` and, where the rule reads them, expected excess
  /// returns `[N]`, all per row.
  func weights(covariance: Matrix, returns: [Double]?) throws -> [Double] {
    switch allocation {
    case .riskParity: try RiskParity().weights(covariance: covariance)
    case .hierarchicalRiskParity(let linkage):
      try HierarchicalRiskParity(linkage: linkage).weights(covariance: covariance)
    case .meanVariance(let riskAversion, let bounds):
      try MeanVariance(
        expectedReturns: returns ?? [], riskAversion: riskAversion, bounds: bounds
      ).weights(covariance: covariance)
    }
  }

  /// The weights `[D, N]` for the forecasts of some decisions.
  ///
  /// Throws an ``ExperimentError`` naming the date of a decision that the rule has no answer for.
  func weights(
    _ risk: Forecasts, _ returns: Forecasts?, decisions: [Int], of problem: Problem
  ) throws -> Matrix {
    let n = problem.assetCount
    var weights: [Double] = []
    for (index, decision) in decisions.enumerated() {
      let row = Array(risk.values.row(index))
      var covariance = Matrix(rows: n, columns: n)
      // Rounding is not symmetric; rules are.
      for i in 0..<n {
        for j in 0..<n { covariance[i, j] = (row[i * n + j] + row[j * n + i]) / 2 }
      }
      do {
        weights += try self.weights(
          covariance: covariance, returns: returns.map { Array($0.values.row(index)) })
      } catch {
        throw ExperimentError("decision of \(problem.data.dates[problem.rows[decision]]): \(error)")
      }
    }
    return Matrix(rows: decisions.count, columns: n, elements: weights)
  }

  /// The units with what the pipeline decides on their forecasts, those of one seed in all folds.
  func decide(_ fits: [FittedUnit], seed: Int, in problem: Problem) throws -> [FittedUnit] {
    func own(_ target: ForecastTarget) -> [Fold: FittedUnit] {
      Dictionary(
        uniqueKeysWithValues:
          fits
          .filter { $0.unit.member == .forecaster(target, seed: seed) }
          .map { ($0.unit.fold, $0) })
    }
    let (risks, returns) = (own(.risk), own(.returns))
    return try problem.folds.compactMap { fold in
      guard var fit = risks[fold], let risk = fit.forecasts else { return nil }
      let weights = try weights(
        risk, targets.contains(.returns) ? returns[fold]?.forecasts : nil,
        decisions: fold.testParts.flatMap { Array($0) }, of: problem)
      fit.decisions = PolicyDecisions(
        budgets: Matrix(rows: weights.rows, columns: 0), weights: weights)
      return fit
    }
  }
}
