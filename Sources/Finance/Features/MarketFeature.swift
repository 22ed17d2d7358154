/// A number that describes the market as a whole on the decision's row.
public enum MarketFeature: Sendable, Hashable, CustomStringConvertible {
  /// The indicator's value as last published, in its own unit; NaN before its first.
  case indicator(String)
  /// The indicator's value less its value h rows before, in its own unit; NaN while either is unknown.
  case indicatorChange(String, Int)
  /// The mean of the indicator's last h values, in its own unit; NaN while one is unknown.
  case indicatorMean(String, Int)
  /// The average of all pairwise correlations of daily log returns over h rows, h ≥ 3.
  ///
  /// Assets with a volatility below 0.01 % a year count as uncorrelated. Needs two assets.
  case meanCorrelation(Int)

  /// How ``init(_:)`` wants them written.
  public static let forms = [
    "indicator(NAME)", "indicatorChange(NAME,h)", "indicatorMean(NAME,h)", "meanCorrelation(h)",
  ]

  /// Parses the compact text of a feature, such as `indicatorChange(TERM_10Y_3M,63)`.
  public init(_ text: String) throws(FeatureError) {
    let call = try FeatureCall(text, forms: Self.forms)
    switch call.name {
    case "indicator": self = .indicator(call.word(0))
    case "indicatorChange": self = .indicatorChange(call.word(0), try call.rows(1, atLeast: 1))
    case "indicatorMean": self = .indicatorMean(call.word(0), try call.rows(1, atLeast: 1))
    default: self = .meanCorrelation(try call.rows(0, atLeast: 3))
    }
  }

  /// The compact text, which ``init(_:)`` reads back.
  public var description: String {
    switch self {
    case .indicator(let name): "indicator(\(name))"
    case .indicatorChange(let name, let h): "indicatorChange(\(name),\(h))"
    case .indicatorMean(let name, let h): "indicatorMean(\(name),\(h))"
    case .meanCorrelation(let h): "meanCorrelation(\(h))"
    }
  }

  /// The rows of history needed before the decision's row: the feature exists from this row on,
  /// unless its indicator starts later.
  public var requiredRows: Int {
    switch self {
    case .indicator: 0
    case .indicatorMean(_, let h): h - 1
    case .indicatorChange(_, let h), .meanCorrelation(let h): h
    }
  }
}
