internal import Finance

/// A fit that cannot go on: where, with which numbers, and the way out.
struct TrainingError: Error, CustomStringConvertible {
  let unit: String
  let epoch: Int
  /// The date of the decision, if one is to blame.
  let date: CalendarDate?
  let problem: String

  var description: String {
    let place = date.map { ", decision of \($0)" } ?? ""
    return "\(unit), epoch \(epoch)\(place): \(problem)"
  }
}
