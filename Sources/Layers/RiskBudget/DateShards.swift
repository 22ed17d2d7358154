/// How a block of dates is cut into parts for threads, whatever their number.
struct DateShards: BitwiseCopyable {
  private let dates: Int
  private let perShard: Int

  /// A part should keep a thread busy for some 15 µs; `cost` is what a date takes, in µs.
  init(dates: Int, cost: Double) {
    self.dates = dates
    perShard = max(1, Int((15 / cost).rounded()))
  }

  /// The number of parts.
  var count: Int { (dates + perShard - 1) / perShard }

  /// The dates of a part.
  subscript(shard: Int) -> Range<Int> {
    shard * perShard..<min((shard + 1) * perShard, dates)
  }
}
