internal import Autodiff

/// A solved risk-budgeting problem, with all that its exact gradient needs.
public struct RiskBudgetSolution: Sendable {
  /// The weights, which sum to one; zero where the budget is zero.
  public let weights: [Double]
  /// The minimiser `y` of `½ yᵀΣy − Σᵢ bᵢ ln yᵢ`, of which the weights are `y / 1ᵀy`.
  ///
  /// The best start for a neighbouring problem. Zero where the budget is zero.
  public let y: [Double]
  /// The portfolio's volatility `√(wᵀΣw)`, per period of the covariance.
  public let volatility: Double
  /// The shares `wᵢ(Σw)ᵢ / wᵀΣw` of the portfolio's variance; they sum to one.
  public let riskContributions: [Double]
  /// How the iteration went.
  public let diagnostics: RiskBudgetDiagnostics
  /// The save area of the solver; see `RiskBudgetSave`.
  let saved: [Double]

  /// The number of Newton steps.
  public var iterations: Int { diagnostics.iterations }
  /// The largest relative change of a holding in the last Newton step.
  public var decrement: Double { diagnostics.decrement }

  /// The exact gradient of a loss whose gradient with respect to the weights is `cotangent`.
  ///
  /// One pair of triangular solves with the factor kept from the last Newton step. An excluded
  /// asset (`bᵢ = 0`) gets zero in `∂L/∂b` and in its row and column of `∂L/∂Σ`: exclusion is a
  /// choice of universe, not a point the budgets pass through, since for an asset that would hedge
  /// the others the weight does not even tend to zero as its budget does.
  public func gradient(cotangent: [Double]) -> RiskBudgetGradient {
    let n = weights.count
    check(
      cotangent.count == n, "RiskBudgetSolution: \(cotangent.count) cotangents for \(n) weights")
    var covariance = Matrix(rows: n, columns: n)
    var budgets = [Double](repeating: 0, count: n)
    let scratchCount = RiskBudgetSolver.scratchCount(n)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: scratchCount) { scratch in
      cotangent.withUnsafeBufferPointer { cotangent in
        saved.withUnsafeBufferPointer { saved in
          covariance.elements.withUnsafeMutableBufferPointer { covariance in
            budgets.withUnsafeMutableBufferPointer { budgets in
              guard let cotangent = cotangent.baseAddress, let saved = saved.baseAddress,
                let scratch = scratch.baseAddress
              else { return }
              RiskBudgetSolver.backward(
                count: n, cotangent: cotangent, save: saved, scratch: scratch,
                covarianceGradient: covariance.baseAddress, budgetGradient: budgets.baseAddress)
            }
          }
        }
      }
    }
    return RiskBudgetGradient(covariance: covariance, budgets: budgets)
  }
}
