internal import Autodiff

/// A fixed rule, not a model: an asset is held while its return over the past rows exceeded cash's.
///
/// Open at row t if `Π (1 + r_s) > Π (1 + r_{f,s})` over rows `t − rows + 1 … t`. Where the history is
/// shorter or a return is missing, the gate is open: the rule takes nothing out without a reason.
///
/// - Units: simple returns per row; 252 rows are twelve months of days.
/// - Source: Moskowitz, Ooi & Pedersen (2012), *Time series momentum*; the rule as used by Uysal, Li &
///   Mulvey (2021).
public struct ExcessReturnRule: Sendable, Hashable {
  /// The rows looked back on.
  public let rows: Int

  /// A rule over a number of rows.
  public init(rows: Int = 252) {
    check(rows >= 1, "ExcessReturnRule: \(rows) rows")
    self.rows = rows
  }

  /// 1 for open, 0 for shut, `[decisions, N]`, from returns `[T, N]` and cash returns `[T]` (zero
  /// without).
  public func gates(
    returns: Matrix, cash: [Double]? = nil, decisions: [Int]
  ) -> [Double] {
    check(
      cash.map { $0.count == returns.rows } ?? true,
      "ExcessReturnRule: \(cash?.count ?? 0) cash returns for \(returns.rows) rows")
    return decisions.flatMap { row in
      (0..<returns.columns).map { asset in
        guard row - rows + 1 >= 0, row < returns.rows else { return 1 }
        var (own, safe) = (1.0, 1.0)
        for t in row - rows + 1...row {
          own *= 1 + returns[t, asset]
          safe *= 1 + (cash?[t] ?? 0)
        }
        return own.isNaN || own > safe ? 1 : 0
      }
    }
  }

  /// The gates `[N]` of one decision.
  public func gates(at point: DecisionPoint) -> [Double] {
    gates(
      returns: point.returns(last: rows), cash: point.cashReturns(last: rows),
      decisions: [rows - 1])
  }
}
