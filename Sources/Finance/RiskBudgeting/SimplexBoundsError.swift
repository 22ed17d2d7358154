/// Why bounds cannot be satisfied by any shares that sum to one.
public enum SimplexBoundsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A lower bound is negative or not a number; `asset` is `nil` when it holds for all.
  case invalidFloor(asset: Int?, value: Double)
  /// A lower bound exceeds its upper bound, or one of them is not a number.
  case floorAboveCap(asset: Int, floor: Double, cap: Double)
  /// The lower bounds sum to more than one.
  case floorsTooHigh(sum: Double, count: Int)
  /// The upper bounds sum to less than one.
  case capsTooLow(sum: Double, count: Int)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .invalidFloor(let asset, let value):
      "bounds: the floor\(asset.map { " of asset \($0)" } ?? "") is \(value); "
        + "it must be a number of at least 0."
    case .floorAboveCap(let asset, let floor, let cap):
      "bounds: asset \(asset) has the floor \(floor) and the cap \(cap); "
        + "the floor must not exceed the cap."
    case .floorsTooHigh(let sum, let count):
      "bounds: the floors of \(count) assets sum to \(sum), more than 1; "
        + "a floor common to all may be at most 1 time the equal share 1/\(count)."
    case .capsTooLow(let sum, let count):
      "bounds: the caps of \(count) assets sum to \(sum), less than 1; "
        + "a cap common to all must be at least 1 time the equal share 1/\(count)."
    }
  }
}
