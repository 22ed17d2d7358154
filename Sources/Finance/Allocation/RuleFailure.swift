/// A decision that a rule has no answer for.
public struct RuleFailure: Error, CustomStringConvertible {
  /// The row of the decision.
  public let row: Int
  /// What went wrong and what helps; the caller knows the date.
  public let description: String

  init(row: Int, underlying: any Error) {
    self.row = row
    description = "\(underlying)"
  }

  init(row: Int, needed: Int, rule: String) {
    self.row = row
    description =
      "\(rule) needs \(needed) rows of returns before it, but there are \(row); shorten its window or "
      + "start later"
  }
}
