/// A failure at one date of a block, counted from the block's start.
public struct DatedError: Error, CustomStringConvertible {
  /// The position of the date in the block.
  public let date: Int
  /// What failed there.
  public let underlying: any Error

  /// A failure at a date.
  public init(date: Int, underlying: any Error) {
    self.date = date
    self.underlying = underlying
  }

  /// The failure and its date.
  public var description: String { "date \(date) of the block: \(underlying)" }
}
