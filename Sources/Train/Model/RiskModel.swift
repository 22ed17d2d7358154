internal import Autodiff
internal import Layers

/// The covariances that a block's budgets are solved with.
enum RiskModel {
  /// `[D, N, N]`.
  case dense(Variable)
  /// B Φ Bᵀ + diag(d), date by date.
  case factors(FactorHead.Model)
}

extension FactorHead.Model {
  /// The volatilities `[D, N]` of the assets: `√((BΦ ⊙ B) 1 + d)`.
  var volatilities: Variable {
    ((matmul(loadings, factors) * loadings).sum(axis: 2) + idiosyncratic).sqrt()
  }
}
