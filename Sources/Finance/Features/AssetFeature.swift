/// A number computed for each asset from its own prices (and cash) up to the decision's row.
///
/// h, a and b count rows. Daily log returns are `ln(p_t / p_{t−1})`; a volatility is their sample
/// standard deviation (divisor h − 1) over the last h of them, annualised by √252 and floored at
/// 0.0001 (0.01 % a year), so that logarithms of stale prices stay finite.
public enum AssetFeature: Sendable, Hashable, CustomStringConvertible {
  /// `ln(p_t / p_{t−h})`: the log return over h rows, not annualised.
  case logReturn(Int)
  /// `ln vol_h`: the log of the annualised volatility (ln 0.16 for 16 % a year); h ≥ 2.
  case volatility(Int)
  /// `(ln(p_t / p_{t−h}) − ln(c_t / c_{t−h})) / (s · √h)`, clipped to ±4: momentum in excess of cash.
  ///
  /// c is the cash level and s the daily volatility over 60 rows, so the unit is standard deviations.
  case momentum(Int)
  /// `ln p_t − max_{0 ≤ k ≤ h} ln p_{t−k}` ≤ 0: the log drawdown from the highest of h + 1 prices.
  case drawdown(Int)
  /// `ln(vol_a / vol_b)`; a, b ≥ 2.
  case volatilityRatio(Int, Int)
  /// `ln vol_h` less its mean over the assets; h ≥ 2.
  case relativeVolatility(Int)

  /// How ``init(_:)`` wants them written.
  public static let forms = [
    "logReturn(h)", "volatility(h)", "momentum(h)", "drawdown(h)", "volatilityRatio(a,b)",
    "relativeVolatility(h)",
  ]

  /// The rows of the volatility that scales ``momentum(_:)``.
  static let momentumVolatilityRows = 60

  /// Parses the compact text of a feature, such as `momentum(63)`.
  public init(_ text: String) throws(FeatureError) {
    let call = try FeatureCall(text, forms: Self.forms)
    switch call.name {
    case "logReturn": self = .logReturn(try call.rows(0, atLeast: 1))
    case "volatility": self = .volatility(try call.rows(0, atLeast: 2))
    case "momentum": self = .momentum(try call.rows(0, atLeast: 1))
    case "drawdown": self = .drawdown(try call.rows(0, atLeast: 1))
    case "volatilityRatio":
      self = .volatilityRatio(try call.rows(0, atLeast: 2), try call.rows(1, atLeast: 2))
    default: self = .relativeVolatility(try call.rows(0, atLeast: 2))
    }
  }

  /// The compact text, which ``init(_:)`` reads back.
  public var description: String {
    switch self {
    case .logReturn(let h): "logReturn(\(h))"
    case .volatility(let h): "volatility(\(h))"
    case .momentum(let h): "momentum(\(h))"
    case .drawdown(let h): "drawdown(\(h))"
    case .volatilityRatio(let a, let b): "volatilityRatio(\(a),\(b))"
    case .relativeVolatility(let h): "relativeVolatility(\(h))"
    }
  }

  /// The rows of history needed before the decision's row: the feature exists from this row on.
  public var requiredRows: Int {
    switch self {
    case .logReturn(let h), .volatility(let h), .drawdown(let h), .relativeVolatility(let h): h
    case .momentum(let h): max(h, Self.momentumVolatilityRows)
    case .volatilityRatio(let a, let b): max(a, b)
    }
  }
}
