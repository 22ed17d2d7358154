internal import Autodiff

/// The strategic layer's table: a risk budget of each asset class for every ``MarketState``.
///
/// - Units: shares of the portfolio's risk in percent; only proportions within a cell matter.
/// - Source: Wang (2025); the cells it does not give are interpolated between those it does.
public struct BudgetTable: Sendable, Hashable {
  /// The budgets `[12, 4]`: cells by ``MarketState/index``, classes by ``AssetClass/index``.
  public let cells: Matrix

  /// A table of budgets ≥ 0, each cell with one above 0.
  public init(_ cells: Matrix) {
    check(
      cells.rows == MarketState.count && cells.columns == AssetClass.allCases.count,
      "BudgetTable: \(cells.rows) × \(cells.columns); expected 12 × 4")
    for k in 0..<cells.rows {
      check(
        cells.row(k).allSatisfy { $0 >= 0 && $0.isFinite } && cells.row(k).contains { $0 > 0 },
        "BudgetTable: cell \(k) is \(Array(cells.row(k)))")
    }
    self.cells = cells
  }

  /// The published table.
  public static let standard = BudgetTable(
    Matrix(
      rows: 12, columns: 4,
      elements: [
        60, 15, 10, 15, 50, 22, 13, 15, 38, 32, 15, 15,
        50, 15, 25, 10, 42, 23, 25, 10, 32, 35, 23, 10,
        38, 35, 15, 12, 30, 42, 16, 12, 22, 48, 18, 12,
        28, 47, 13, 12, 22, 50, 15, 13, 15, 50, 20, 15,
      ]))

  /// The budgets that a portfolio starts from: 40/30/15/15.
  public static let start: [Double] = [40, 30, 15, 15]

  /// Budgets of assets, summing to one: the class's budget in equal parts; classes without an asset
  /// are dropped and the rest is rescaled.
  public static func budgets(_ row: some Sequence<Double>, of classes: [AssetClass]) -> [Double] {
    let row = Array(row)
    var counts = [Double](repeating: 0, count: row.count)
    for asset in classes { counts[asset.index] += 1 }
    let raw = classes.map { row[$0.index] / counts[$0.index] }
    let total = raw.reduce(0, +)
    check(total > 0, "BudgetTable: no budget for the classes \(classes.map(\.rawValue))")
    return raw.map { $0 / total }
  }

  /// The budgets of assets in a state, summing to one.
  public func budgets(_ state: MarketState, of classes: [AssetClass]) -> [Double] {
    Self.budgets(cells.row(state.index), of: classes)
  }
}
