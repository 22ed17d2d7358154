internal import Finance

/// What data look like, so that data of another kind are noticed before they are decided on.
struct DataCharacter: Sendable, Equatable {
  /// Calendar days from one row to the next, on average: 1.45 for trading days, 7 for weeks.
  var daysPerRow: Double
  /// The standard deviation of each asset's simple returns per row; 0 for one with fewer than
  /// ``requiredReturns``, which says nothing.
  var volatilities: [Double]

  init(_ data: MarketData) {
    let rows = data.dates.count
    daysPerRow = Double(data.dates[rows - 1].days - data.dates[0].days) / Double(rows - 1)
    volatilities = data.assets.indices.map {
      let known = data.returns.column($0)[max(data.firstReturnRow, data.listings[$0] + 1)...]
      return data.listings[$0] == 0 || known.count >= Self.requiredReturns
        ? Measures.standardDeviation(Array(known)) : 0
    }
  }

  /// The returns of an asset that is listed late from which its volatility can be told.
  static let requiredReturns = 20

  init(daysPerRow: Double, volatilities: [Double]) {
    self.daysPerRow = daysPerRow
    self.volatilities = volatilities
  }

  /// Refuses data whose calendar or scale differs from those trained on by more than a market does:
  /// rows twice as far apart, or returns ten times as wild.
  func requireSimilar(_ data: MarketData, source: String) throws {
    let now = DataCharacter(data)
    let spacing = now.daysPerRow / daysPerRow
    guard spacing > 0.5, spacing < 2 else {
      throw ExperimentError(
        """
        \(source): rows are \(NumberText.fixed(now.daysPerRow, digits: 1)) days apart, in training \
        they were \(NumberText.fixed(daysPerRow, digits: 1)); give data of the same frequency
        """)
    }
    for (i, asset) in data.assets.enumerated() {
      let (then, now) = (volatilities[i], now.volatilities[i])
      // Of a late listing too little was known then, or is known now.
      if then == 0 || (data.listings[i] > 0 && now == 0) { continue }
      let ratio = now / then
      guard ratio > 0.1, ratio < 10 else {
        throw ExperimentError(
          """
          \(source), column '\(asset)': returns vary by \(now) per row, in training by \(then); is \
          the column in another unit, or another asset?
          """)
      }
    }
  }
}
