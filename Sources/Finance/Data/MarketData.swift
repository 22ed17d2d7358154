internal import Autodiff

/// What experiments run on: prices, cash and indicators on one calendar.
///
/// Prices are complete from each asset's listing on, the row of its first price (``listings``); two
/// assets, or the only one, are listed on row 0 where data come from files.
///
/// The calendar is the rows. Row t holds what was published by the evening of day t; act on it no
/// earlier than day t + 1. A decision made at the close of row t and traded at the close of row
/// t + 1 may therefore use row t.
///
/// - Units: prices and cash levels in any currency or index unit; returns simple, per row
///   (0.01 = 1 %); indicators as in their source.
public struct MarketData: Sendable {
  /// The date of each row, strictly ascending; R rows.
  public let dates: [CalendarDate]
  /// The names of the assets; N.
  public let assets: [String]
  /// Prices or total-return index levels `[R, N]`, positive; NaN before an asset's listing.
  public let prices: Matrix
  /// The row of each asset's first price `[N]`.
  public let listings: [Int]
  /// The level of a cash account `[R]`, positive; nil where cash earns nothing.
  public let cashLevels: [Double]?
  /// Simple returns `[R, N]`: `returns[t] = prices[t] / prices[t − 1] − 1`, row 0 is 0; NaN up to the
  /// listing of an asset that is listed later.
  public let returns: Matrix
  /// Simple returns of cash `[R]`, row 0 is 0; all 0 without cash levels.
  public let cashReturns: [Double]
  /// The names of the indicators; M.
  public let indicatorNames: [String]
  /// What was known of the indicators on each row `[R, M]`, NaN where nothing was yet.
  public let indicators: Matrix
  /// What was left out or filled when the data were put together, a sentence each.
  public let notes: [String]
  /// The note of the rows that were left out because an asset, not only cash, had no price yet; nil
  /// without any.
  public let leftOut: String?
  /// What was found in each series of prices; empty for data made by a program.
  public let report: [SeriesReport]

  /// The first row that has returns; row 0 has none, its zeros stand for nothing.
  public var firstReturnRow: Int { 1 }

  /// Whether every asset is listed from row 0 on.
  public var isComplete: Bool { listings.allSatisfy { $0 == 0 } }

  /// Data from prices, levels of cash and indicators; returns follow from them.
  ///
  /// Prices may be NaN before an asset's first one. Shapes that do not fit, fewer than two rows, other
  /// prices that are not positive and an asset without a price stop the program: this is for data made
  /// by a program, the initialiser from panels is for data from files.
  public init(
    dates: [CalendarDate], assets: [String], prices: Matrix, cashLevels: [Double]? = nil,
    indicatorNames: [String] = [], indicators: Matrix? = nil, notes: [String] = [],
    leftOut: String? = nil, report: [SeriesReport] = []
  ) {
    let rows = dates.count
    let indicators = indicators ?? Matrix(rows: rows, columns: 0)
    check(rows >= 2, "MarketData: \(rows) rows; at least 2 are needed for a return")
    check(
      prices.rows == rows && prices.columns == assets.count && !assets.isEmpty,
      "MarketData: prices \(prices.rows) × \(prices.columns) for \(rows) dates and "
        + "\(assets.count) assets")
    check(
      indicators.rows == rows && indicators.columns == indicatorNames.count,
      "MarketData: indicators \(indicators.rows) × \(indicators.columns) for \(rows) dates and "
        + "\(indicatorNames.count) names")
    check(
      cashLevels?.count ?? rows == rows,
      "MarketData: \(cashLevels?.count ?? 0) cash levels for \(rows) dates")
    self.dates = dates
    self.assets = assets
    self.prices = prices
    self.cashLevels = cashLevels
    self.indicatorNames = indicatorNames
    self.indicators = indicators
    self.notes = notes
    self.leftOut = leftOut
    self.report = report
    let listings = assets.indices.map { asset in
      (0..<rows).first { !prices[$0, asset].isNaN } ?? rows
    }
    for (asset, listing) in zip(assets, listings) {
      check(listing < rows, "MarketData: no price of \(asset)")
    }
    self.listings = listings
    returns = Matrix(
      rows: rows, columns: assets.count,
      elements: Self.simpleReturns(of: prices.elements, listings: listings))
    cashReturns =
      cashLevels.map { Self.simpleReturns(of: $0, listings: [0]) }
      ?? [Double](repeating: 0, count: rows)
  }

  /// The same data with further notes.
  public func adding(notes: [String]) -> MarketData {
    MarketData(
      dates: dates, assets: assets, prices: prices, cashLevels: cashLevels,
      indicatorNames: indicatorNames, indicators: indicators, notes: self.notes + notes,
      leftOut: leftOut, report: report)
  }

  /// Row-to-row simple returns of levels that are positive from their listings on, row-major; the first
  /// row is 0, and what comes before the second level of a later listing is NaN.
  private static func simpleReturns(of levels: [Double], listings: [Int]) -> [Double] {
    let columns = listings.count
    var returns = [Double](repeating: 0, count: levels.count)
    levels.withUnsafeBufferPointer { level in
      returns.withUnsafeMutableBufferPointer { result in
        for index in level.indices {
          let row = index / columns
          guard row >= listings[index - row * columns] else {
            result[index] = .nan
            continue
          }
          check(
            level[index] > 0 && level[index].isFinite,
            "MarketData: level \(level[index]) in row \(row); expected > 0")
          guard index >= columns else { continue }
          result[index] = level[index] / level[index - columns] - 1
        }
      }
    }
    return returns
  }
}
