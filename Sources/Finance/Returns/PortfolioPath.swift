internal import Autodiff

/// The returns of a sequence of decisions, net of costs, with holdings that drift in between.
///
/// The one formula shared by training, backtest and baselines. Weights decided at the close of row
/// `d` are traded at the close of row `d + lag` and hold from then. On every row `s`, with `h` the
/// holdings at its start and the rest in cash, in this order:
///
/// 1. earn `R = hᵀr + (1 − Σh) f`, with `r` the asset returns and `f` the cash return of the row;
/// 2. drift `h ← h ⊙ (1 + r) / (1 + R)`;
/// 3. on a trading row, pay `Σ cᵢ |wᵢ − hᵢ|` and set `h ← w`.
///
/// The row's net return is `R` less the cost paid. Before the first trade `h = 0`: all wealth earns
/// the cash return up to and including the row of the first trade, whose purchase costs like any
/// other. Which rows to cover is the caller's choice.
///
/// - Shapes: R rows, N assets, D decisions.
/// - Units: simple returns per row; costs are fractions of the traded value (10 bp = 0.001), weights
///   fractions of wealth. Weights may sum to less than one (cash) or more (borrowing at `f`).
public struct PortfolioPath: Sendable, Hashable {
  /// The net return of each row `[R]`.
  public let returns: [Double]
  /// The turnover `Σ |w − h|` of each decision `[D]`, both sides counted, the first purchase included.
  public let turnover: [Double]
  /// The cost paid at each decision's trade `[D]`, as a fraction of wealth.
  public let costs: [Double]
  /// The drifted holdings just before each decision's trade `[D, N]`.
  public let drifted: Matrix
  /// The holdings at the start of each row `[R, N]`.
  public let holdings: Matrix

  /// Follows the decisions through the rows.
  ///
  /// - Shapes: `assetReturns` `[R, N]`, `cashReturns` `[R]`, `decisionRows` `[D]` (ascending rows of
  ///   `assetReturns`, each with `row + lag < R`), `weights` `[D, N]`, `costs` `[N]`.
  ///
  /// Throws a ``PortfolioPathError`` if an input is not finite or the wealth is lost.
  public static func simulate(
    assetReturns: Matrix, cashReturns: [Double], decisionRows: [Int], lag: Int = 1,
    weights: Matrix, costs: [Double]
  ) throws(PortfolioPathError) -> PortfolioPath {
    let (rows, assets, decisions) = (assetReturns.rows, assetReturns.columns, decisionRows.count)
    check(
      cashReturns.count == rows && costs.count == assets
        && weights.rows == decisions && weights.columns == assets,
      "PortfolioPath: returns [\(rows), \(assets)], cash [\(cashReturns.count)], weights "
        + "[\(weights.rows), \(weights.columns)] for \(decisions) decisions, costs [\(costs.count)]"
    )
    check(
      costs.allSatisfy { $0 >= 0 && $0 < 1 },
      "PortfolioPath: costs \(costs) are not all fractions in 0..<1")
    let tradeRows = tradeRows(decisionRows: decisionRows, lag: lag, rowCount: rows)
    var net = [Double](repeating: 0, count: rows)
    var turnover = [Double](repeating: 0, count: decisions)
    var paid = turnover
    var drifted = Matrix(rows: decisions, columns: assets)
    var save = [Double](repeating: 0, count: saveCount(rows: rows, assets: assets))
    try forward(
      rows: rows, assets: assets, assetReturns: assetReturns.elements, cashReturns: cashReturns,
      decisions: decisions, tradeRows: tradeRows, weights: weights.elements, costs: costs,
      returns: &net, turnover: &turnover, paid: &paid, drifted: &drifted.elements, save: &save)
    save.removeLast(rows)
    return PortfolioPath(
      returns: net, turnover: turnover, costs: paid, drifted: drifted,
      holdings: Matrix(rows: rows, columns: assets, elements: save))
  }

  /// The rows at whose close the decisions are traded, after checking that they fit.
  package static func tradeRows(decisionRows: [Int], lag: Int, rowCount: Int) -> [Int] {
    check(lag >= 0, "PortfolioPath: lag \(lag) would trade before the decision")
    for (k, row) in decisionRows.enumerated() {
      check(
        row >= 0 && row + lag < rowCount,
        "PortfolioPath: decision \(k) at row \(row) with lag \(lag) is not traded in \(rowCount) rows"
      )
      check(
        k == 0 || row > decisionRows[k - 1],
        "PortfolioPath: decision \(k) at row \(row) does not follow row \(decisionRows[max(0, k - 1)])"
      )
    }
    return decisionRows.map { $0 + lag }
  }
}
