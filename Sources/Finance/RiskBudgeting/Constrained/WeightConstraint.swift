/// One of the constraints of a ``WeightConstraints``, for messages, multipliers and gradients.
public enum WeightConstraint: Sendable, Hashable, CustomStringConvertible {
  /// The smallest weight of an asset.
  case lower(asset: Int)
  /// The largest weight of an asset.
  case upper(asset: Int)
  /// The smallest sum of a group's weights.
  case groupMinimum(group: Int, name: String)
  /// The largest sum of a group's weights.
  case groupMaximum(group: Int, name: String)
  /// The turnover limit.
  case turnover

  /// In words.
  public var description: String {
    switch self {
    case .lower(let asset): "the lower bound of asset \(asset)"
    case .upper(let asset): "the upper bound of asset \(asset)"
    case .groupMinimum(_, let name): "the minimum of group '\(name)'"
    case .groupMaximum(_, let name): "the maximum of group '\(name)'"
    case .turnover: "the turnover limit"
    }
  }
}
