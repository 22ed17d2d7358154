/// What is repaired and what is flagged when prices become market data.
public struct CleaningRules: Sendable, Hashable {
  /// How many missing prices in a row are filled with the last one; a longer gap is an error.
  public var maximumGap: Int
  /// Returns further than this many robust standard deviations from the median of the returns before
  /// them are brought to that distance; nil leaves them.
  public var outlierThreshold: Double?
  /// How many past returns the median and the deviation are taken from.
  public var outlierWindow: Int
  /// As many equal prices in a row are flagged as stale.
  public var staleRows: Int

  /// Rules.
  public init(
    maximumGap: Int = 0, outlierThreshold: Double? = nil, outlierWindow: Int = 250,
    staleRows: Int = 5
  ) {
    self.maximumGap = maximumGap
    self.outlierThreshold = outlierThreshold
    self.outlierWindow = outlierWindow
    self.staleRows = staleRows
  }
}
