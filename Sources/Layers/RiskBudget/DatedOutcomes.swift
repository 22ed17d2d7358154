/// What became of the dates of a block; parts that run at the same time write different dates.
final class DatedOutcomes<Solution> {
  private let base: UnsafeMutablePointer<Result<Solution, any Error>?>
  private let dates: Int

  init(dates: Int) {
    self.dates = dates
    base = .allocate(capacity: dates)
    base.initialize(repeating: nil, count: dates)
  }

  deinit {
    base.deinitialize(count: dates)
    base.deallocate()
  }

  /// Notes the solution of a date, or its failure.
  func note(_ date: Int, _ solve: () throws -> Solution) {
    base[date] = Result { try solve() }
  }

  /// All solutions; throws the first date's error.
  func solutions() throws(DatedError) -> [Solution] {
    var found: [Solution] = []
    for date in 0..<dates {
      switch base[date] {
      case .success(let solution): found.append(solution)
      case .failure(let error): throw DatedError(date: date, underlying: error)
      case nil: fatalError("date \(date) of the block was left out")
      }
    }
    return found
  }
}
