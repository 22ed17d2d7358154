/// Why a portfolio's path could not be followed.
///
/// Rows and decisions are numbered from 0 within the rows given.
public enum PortfolioPathError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The wealth fell to zero or below: the row's gross return less its cost.
  case ruined(row: Int, growth: Double)
  /// An asset's return is NaN or infinite.
  case invalidReturn(row: Int, asset: Int, value: Double)
  /// The cash return is NaN or infinite.
  case invalidCash(row: Int, value: Double)
  /// A weight is NaN or infinite.
  case invalidWeight(decision: Int, asset: Int, value: Double)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .ruined(let row, let growth):
      "portfolio path: in row \(row) the wealth is multiplied by \(growth); it must stay positive. "
        + "Look for leverage, extreme returns or costs that are not fractions."
    case .invalidReturn(let row, let asset, let value):
      "portfolio path: the return of asset \(asset) in row \(row) is \(value); "
        + "returns must be finite. Fill or drop the row before."
    case .invalidCash(let row, let value):
      "portfolio path: the cash return in row \(row) is \(value); returns must be finite."
    case .invalidWeight(let decision, let asset, let value):
      "portfolio path: the weight of asset \(asset) in decision \(decision) is \(value); "
        + "weights must be finite."
    }
  }
}
