internal import Autodiff

/// What a strategy decided, row by row: the input of the backtest.
public struct StrategyDecisions: Sendable, Hashable {
  /// The rows of the panel at whose close it decided, ascending; D.
  public let rows: [Int]
  /// The weights `[D, N]`.
  public let weights: Matrix
  /// The risk budgets `[D, N]` it aimed at; nil if it has none.
  public let budgets: Matrix?

  /// Decisions on given rows.
  public init(rows: [Int], weights: Matrix, budgets: Matrix? = nil) {
    check(
      weights.rows == rows.count && budgets.map { $0.rows == rows.count } ?? true,
      "StrategyDecisions: \(weights.rows) weights for \(rows.count) rows")
    self.rows = rows
    self.weights = weights
    self.budgets = budgets
  }

  /// The decisions up to a row, that one included.
  public func through(_ row: Int) -> StrategyDecisions {
    let count = rows.prefix { $0 <= row }.count
    func cut(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: count, columns: matrix.columns,
        elements: Array(matrix.elements.prefix(count * matrix.columns)))
    }
    return StrategyDecisions(
      rows: Array(rows.prefix(count)), weights: cut(weights), budgets: budgets.map(cut))
  }
}
