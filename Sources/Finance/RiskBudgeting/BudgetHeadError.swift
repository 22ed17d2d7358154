/// Why scores have no budgets.
public enum BudgetHeadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A score is NaN or infinite.
  case notFinite(asset: Int, value: Double)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .notFinite(let asset, let value):
      "budget head: the score of asset \(asset) is \(value); scores must be finite. "
        + "Lower the learning rate or clip the gradient if this happened in training."
    }
  }
}
