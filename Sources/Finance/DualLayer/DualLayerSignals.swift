internal import Autodiff

/// What a dual-layer model sees at some rows, before any threshold: the inputs of its trainable form.
public struct DualLayerSignals: Sendable {
  /// The leading indicator's level and change, the volatility's rank and its distance to its trailing
  /// mean, `[D, 4]`.
  public let market: Matrix
  /// The scores of valuation, momentum and conditional Sharpe ratio, `[D, 3·N]`, score by score.
  public let scores: Matrix

  /// The first row that has all of them; nil if there is none.
  ///
  /// Throws a ``DualLayerError`` for indicators that the data do not have.
  public static func firstRow(of model: DualLayer, in data: MarketData) throws(DualLayerError)
    -> Int?
  {
    let changes = try model.cycle.path(of: data).changes
    let ranks = try model.gauge.path(of: data).ranks
    return data.dates.indices.first { !changes[$0].isNaN && !ranks[$0].isNaN }
  }

  /// The signals of a model at rows that have them; `covariances` `[D, N, N]` are those of the rows.
  ///
  /// Throws a ``DualLayerError`` for indicators that the data do not have, and for a row before their
  /// history is complete.
  public init(
    of model: DualLayer, at rows: [Int], of data: MarketData, covariances: [Double]
  ) throws(DualLayerError) {
    let n = data.assets.count
    check(
      model.classes.count == n && covariances.count == rows.count * n * n,
      "DualLayerSignals: \(model.classes.count) classes, \(covariances.count) covariances for "
        + "\(rows.count) rows of \(n) assets")
    let (levels, changes) = try model.cycle.path(of: data)
    let (ranks, distances) = try model.gauge.path(of: data)
    var market = Matrix(rows: rows.count, columns: 4)
    var scores = Matrix(rows: rows.count, columns: 3 * n)
    for (d, row) in rows.enumerated() {
      guard !changes[row].isNaN, !ranks[row].isNaN else {
        throw .tooEarly(row: row, firstRow: try Self.firstRow(of: model, in: data))
      }
      for (k, value) in [levels[row], changes[row], ranks[row], distances[row]].enumerated() {
        market[d, k] = value
      }
      let found = model.tactics.scores(
        of: data, at: row,
        volatilities: (0..<n).map { covariances[d * n * n + $0 * (n + 1)].squareRoot() })
      for (k, score) in [found.value, found.momentum, found.sharpe].enumerated() {
        for i in 0..<n { scores[d, k * n + i] = score[i] }
      }
    }
    self.market = market
    self.scores = scores
  }
}
