internal import Finance

/// Where a portfolio's risk lies, date by date: among assets, and among the principal components of their
/// covariance.
struct RiskFactors: Sendable, Equatable {
  let dates: [CalendarDate]
  let assets: [String]
  /// Shares of variance by component `[D][N]`, the component of the largest variance first.
  let components: [[Double]]
  /// Loadings of the components on the last date `[N][N]`.
  let loadings: [[Double]]

  init(_ result: RunResult) {
    let problem = result.problem
    let n = problem.assetCount
    var loadings: [[Double]] = []
    components = problem.tested.enumerated().map { row, decision in
      let parts = RiskDecomposition.byPrincipalComponent(
        weights: Array(result.model.weights.row(row)),
        covariance: Matrix(
          rows: n, columns: n,
          elements: Array(problem.covariances[decision * n * n..<(decision + 1) * n * n])))
      loadings = parts.loadings
      return parts.shares
    }
    self.loadings = loadings
    dates = problem.tested.map { problem.data.dates[problem.rows[$0]] }
    assets = problem.data.assets
  }

  /// By date and component.
  var table: CSVWriter {
    var table = CSVWriter(
      columns: ["Date"] + assets.indices.map { "Component\($0 + 1)" })
    for (date, shares) in zip(dates, components) { table.append(day: date.days, shares) }
    return table
  }
}
