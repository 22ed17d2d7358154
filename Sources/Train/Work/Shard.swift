/// Share `index` of `count` of a run's work: every count-th unit, so that shares cost alike though later
/// folds of an expanding history are longer.
struct Shard: Sendable, Equatable {
  /// From 1 to `count`.
  let index: Int
  let count: Int

  /// Everything.
  static let whole = Shard(index: 1, count: 1)

  init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Reads `i/n`.
  init(parsing text: String) throws(UsageError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), count >= 1,
      (1...count).contains(index)
    else {
      throw UsageError("--shard is '\(text)'; expected i/n with i from 1 to n, such as 3/8")
    }
    self.init(index: index, count: count)
  }

  /// The share of a Slurm array's task, from the variables that Slurm sets; everything elsewhere.
  init(slurm environment: [String: String]) throws(UsageError) {
    func number(_ name: String) -> Int? {
      environment["SLURM_ARRAY_TASK_\(name)"].flatMap { Int($0) }
    }
    guard let task = number("ID") else {
      self = .whole
      return
    }
    let step = number("STEP") ?? 1
    guard let first = number("MIN"), let last = number("MAX"), let count = number("COUNT"),
      step > 0,
      count == (last - first) / step + 1, (task - first) % step == 0
    else {
      throw UsageError(
        "the tasks of this Slurm array are not numbered evenly (--array=1-8 is); say which share this "
          + "is by --shard i/n")
    }
    self.init(index: (task - first) / step + 1, count: count)
  }

  /// The elements of this share.
  func share<Element>(of elements: [Element]) -> [Element] {
    stride(from: index - 1, to: elements.count, by: count).map { elements[$0] }
  }
}
