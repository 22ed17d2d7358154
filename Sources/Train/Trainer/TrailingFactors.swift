internal import Autodiff
internal import Finance
internal import Layers

/// The factor models that a factor head starts from: principal components of the returns up to each
/// decision, over the window of the experiment's covariance.
///
/// An eigenvector has no sign of its own; here its loadings sum to zero or more, so that a factor means
/// the same from one date to the next wherever the returns let it.
struct TrailingFactors {
  let model: FactorHead.Model

  /// Models of `count` factors for decisions at some rows.
  init(_ problem: Problem, rows: [Int], count: Int, on tape: Tape) {
    let data = problem.data
    let n = data.assets.count
    let k = min(count, n)
    var (loadings, factors, idiosyncratic): ([Double], [Double], [Double]) = ([], [], [])
    for row in rows {
      let window = min(problem.experiment.covariance.window, row - data.firstReturnRow + 1)
      let first = row - window + 1
      let returns = Matrix(
        rows: window, columns: n,
        elements: Array(data.returns.elements[first * n..<(row + 1) * n]))
      let model = PrincipalComponentCovariance(factors: k, window: window)
        .decomposition(of: returns)
      let signs = (0..<k).map { model.loadings.column($0).reduce(0, +) < 0 ? -1.0 : 1 }
      for i in 0..<n {
        var common = 0.0
        for a in 0..<k {
          loadings.append(signs[a] * model.loadings[i, a])
          common += model.loadings[i, a] * model.loadings[i, a] * model.factors[a, a]
        }
        // An asset that is all factor, or never moved, keeps a variance of its own.
        idiosyncratic.append(
          max(model.idiosyncratic[i], 1e-4 * (common + model.idiosyncratic[i]), 1e-12))
      }
      factors += model.factors.elements
    }
    self.model = FactorHead.Model(
      loadings: tape.constant(Tensor(converting: loadings, shape: Shape(rows.count, n, k))),
      factors: tape.constant(Tensor(converting: factors, shape: Shape(rows.count, k, k))),
      idiosyncratic: tape.constant(Tensor(converting: idiosyncratic, shape: Shape(rows.count, n))))
  }
}
