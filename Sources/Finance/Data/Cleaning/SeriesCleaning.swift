#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Cleans one series of prices, row by row: what happens to a price depends on it and earlier ones only.
struct SeriesCleaning {
  let rules: CleaningRules
  let name: String
  let dates: ArraySlice<CalendarDate>

  /// Past returns that a score needs.
  static let minimumHistory = 20
  /// The least robust score of a suspected split.
  static let splitScore = 8.0
  /// How far a split's change of the log price may be from its ratio: an ordinary day's return, in robust
  /// deviations, and at most.
  static let splitDeviations = 3.0
  static let splitTolerance = 0.03
  /// The least robust score of a jump, which is evidence that the market moved, and its least change of the
  /// log price: an account's interest jumps on Mondays.
  static let jumpScore = 5.0
  static let jumpChange = 0.02

  /// The prices used, complete, of prices with NaN for missing ones, the first of which is there.
  func clean(_ raw: [Double]) -> (prices: [Double], report: SeriesReport) {
    var prices: [Double] = []
    prices.reserveCapacity(raw.count)
    var history = RobustWindow(capacity: rules.outlierWindow)
    var (filled, gap, longestGap) = (0, 0, 0)
    var winsorised: [SeriesReport.Winsorised] = []
    var splits: [SeriesReport.Split] = []
    var jumps: [CalendarDate] = []
    for (row, price) in raw.enumerated() {
      guard let last = prices.last else {
        prices.append(price)
        continue
      }
      guard !price.isNaN else {
        filled += 1
        gap += 1
        longestGap = max(longestGap, gap)
        prices.append(last)
        continue
      }
      gap = 0
      let date = dates[dates.startIndex + row]
      var used = price
      let change = log(price / last)
      if history.count >= Self.minimumHistory, let scale = history.scale {
        let score = (change - history.median) / scale
        if let threshold = rules.outlierThreshold, abs(score) > threshold {
          let limit = history.median + (score > 0 ? threshold : -threshold) * scale
          used = last * exp(limit)
          winsorised.append(
            SeriesReport.Winsorised(date: date, from: price, to: used, score: score))
        }
        if abs(score) > Self.jumpScore, abs(change) > Self.jumpChange { jumps.append(date) }
        if abs(score) > Self.splitScore, let ratio = Self.splitRatio(change, scale: scale) {
          splits.append(SeriesReport.Split(date: date, ratio: ratio))
        }
      }
      history.append(log(used / last))
      prices.append(used)
    }
    let firstDate = dates[dates.startIndex]
    let lastDate = dates[dates.endIndex - 1]
    return (
      prices,
      SeriesReport(
        name: name, first: firstDate, last: lastDate, prices: raw.count - filled, filled: filled,
        longestGap: longestGap, winsorised: winsorised, stale: stale(raw), splits: splits,
        jumps: jumps)
    )
  }

  /// The stretches of equal prices in the file; missing ones neither lengthen nor end them.
  private func stale(_ raw: [Double]) -> [SeriesReport.Stale] {
    var result: [SeriesReport.Stale] = []
    var (start, end, count) = (0, 0, 0)
    func close() {
      guard count >= max(2, rules.staleRows) else { return }
      result.append(
        SeriesReport.Stale(
          first: dates[dates.startIndex + start], last: dates[dates.startIndex + end], rows: count))
    }
    for (row, price) in raw.enumerated() where !price.isNaN {
      if count > 0, raw[start] == price {
        count += 1
      } else {
        close()
        (start, count) = (row, 1)
      }
      end = row
    }
    close()
    return result
  }

  /// The ratio of small numbers that a change of the log price is close to: a split leaves an ordinary day's
  /// return beside it.
  private static func splitRatio(_ change: Double, scale: Double) -> String? {
    let tolerance = min(splitTolerance, splitDeviations * scale)
    for (new, old) in [(1, 2), (1, 3), (2, 3), (1, 4), (1, 5), (1, 7), (1, 10), (1, 20)] {
      let ratio = log(Double(new) / Double(old))
      if abs(change - ratio) < tolerance { return "\(new):\(old)" }
      if abs(change + ratio) < tolerance { return "\(old):\(new)" }
    }
    return nil
  }
}
