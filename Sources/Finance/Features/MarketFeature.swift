/// A number that describes the market as a whole on the decision's row.
public enum MarketFeature: Sendable, Hashable, CustomStringConvertible {
  /// The indicator's value as last published, in its own unit; NaN before its first.
  case indicator(String)
  /// The indicator's value less its value h rows before, in its own unit; NaN while either is unknown.
  case indicatorChange(String, Int)
  /// The mean of the indicator's last h values, in its own unit; NaN while one is unknown.
  case indicatorMean(String, Int)
  /// The average of all pairwise correlations of daily log returns over h rows, of the assets in the
  /// decision's universe; h ≥ 3.
  ///
  /// Assets with a volatility below 0.01 % a year count as uncorrelated. Needs two assets.
  case meanCorrelation(Int)
  /// `(x_t − x̄) / s` of an indicator over the h rows up to t, s with divisor h − 1, clipped to ±4;
  /// h ≥ 3.
  ///
  /// 0 where the indicator stood still; NaN while any of the rows is unknown.
  case zScore(String, Int)
  /// `x − y` of two indicators, in their unit: a credit spread, `spread(BAA,AAA)`, or the slope of a
  /// curve, `spread(Y10Y,Y2Y)`.
  case spread(String, String)
  /// `2 y − x − z` of three indicators: the curvature of a curve, `curvature(Y2Y,Y5Y,Y10Y)`.
  case curvature(String, String, String)
  /// `ln(x / y)` of two indicators: the term structure of volatility, `logRatio(RV21,RV63)`; NaN where
  /// either is not positive.
  case logRatio(String, String)
  /// Where the decision's date lies in the year, week or month.
  case calendar(CalendarPosition)

  /// How ``init(_:)`` wants them written.
  public static let forms = [
    "indicator(NAME)", "indicatorChange(NAME,h)", "indicatorMean(NAME,h)", "meanCorrelation(h)",
    "zScore(NAME,h)",
    "spread(NAME,NAME)", "curvature(SHORT,MIDDLE,LONG)", "logRatio(NAME,NAME)",
    "calendar(\(CalendarPosition.allCases.map(\.rawValue).joined(separator: "|")))",
  ]

  /// Parses the compact text of a feature, such as `indicatorChange(TERM_10Y_3M,63)`.
  public init(_ text: String) throws(FeatureError) {
    let call = try FeatureCall(text, forms: Self.forms)
    switch call.name {
    case "indicator": self = .indicator(call.word(0))
    case "indicatorChange": self = .indicatorChange(call.word(0), try call.rows(1, atLeast: 1))
    case "indicatorMean": self = .indicatorMean(call.word(0), try call.rows(1, atLeast: 1))
    case "meanCorrelation": self = .meanCorrelation(try call.rows(0, atLeast: 3))
    case "zScore": self = .zScore(call.word(0), try call.rows(1, atLeast: 3))
    case "spread": self = .spread(call.word(0), call.word(1))
    case "curvature": self = .curvature(call.word(0), call.word(1), call.word(2))
    case "logRatio": self = .logRatio(call.word(0), call.word(1))
    default:
      guard let position = CalendarPosition(rawValue: call.word(0)) else {
        let names = CalendarPosition.allCases.map(\.rawValue)
        throw FeatureError(
          feature: text,
          problem:
            "no position '\(call.word(0))'\(Spelling.sentenceEnd(for: call.word(0), among: names))"
            + " Accepted: \(names.joined(separator: ", ")).")
      }
      self = .calendar(position)
    }
  }

  /// The compact text, which ``init(_:)`` reads back.
  public var description: String {
    switch self {
    case .indicator(let name): "indicator(\(name))"
    case .indicatorChange(let name, let h): "indicatorChange(\(name),\(h))"
    case .indicatorMean(let name, let h): "indicatorMean(\(name),\(h))"
    case .meanCorrelation(let h): "meanCorrelation(\(h))"
    case .zScore(let name, let h): "zScore(\(name),\(h))"
    case .spread(let x, let y): "spread(\(x),\(y))"
    case .curvature(let x, let y, let z): "curvature(\(x),\(y),\(z))"
    case .logRatio(let x, let y): "logRatio(\(x),\(y))"
    case .calendar(let position): "calendar(\(position.rawValue))"
    }
  }

  /// The rows of history needed before the decision's row: the feature exists from this row on,
  /// unless its indicator starts later.
  public var requiredRows: Int {
    switch self {
    case .indicator, .spread, .curvature, .logRatio, .calendar: 0
    case .zScore(_, let h), .indicatorMean(_, let h): h - 1
    case .indicatorChange(_, let h), .meanCorrelation(let h): h
    }
  }

  /// The indicators it reads.
  public var indicators: [String] {
    switch self {
    case .indicator(let name), .indicatorChange(let name, _), .indicatorMean(let name, _),
      .zScore(let name, _):
      [name]
    case .spread(let x, let y), .logRatio(let x, let y): [x, y]
    case .curvature(let x, let y, let z): [x, y, z]
    case .meanCorrelation, .calendar: []
    }
  }

  /// Whether it reads the assets' prices.
  public var readsPrices: Bool { if case .meanCorrelation = self { true } else { false } }
}
