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
  /// `m₃ / m₂^{3/2}` of the last h daily log returns, central moments with divisor h; h ≥ 3.
  ///
  /// No unit; 0 where the volatility is at its floor.
  case skewness(Int)
  /// The correlation over h rows of the asset's daily log returns with the market's; h ≥ 3.
  ///
  /// The market is the average of the log returns of the assets in the decision's universe, the asset's own
  /// among them. 0 where either
  /// volatility is at its floor.
  case marketCorrelation(Int)
  /// The correlation over h rows of the asset's daily log returns with those of a named asset; h ≥ 3.
  case correlation(String, Int)
  /// `Σ_{k=0}^{K} ω_k ln p_{t−k}`, `ω_0 = 1`, `ω_k = −ω_{k−1} (d − k + 1)/k`: the log price,
  /// fractionally differenced with a fixed width of K + 1 prices.
  ///
  /// Keeps memory that returns (d = 1) lose. Prices in another unit shift it by a constant. The order
  /// `adf` stands for the smallest d that ``FractionalOrder/smallest(of:rows:width:)`` finds in the
  /// training data; experiments put its number in their resolved config.
  ///
  /// - Source: López de Prado (2018), *Advances in Financial Machine Learning*, §5.5.
  case fractionalDifference(FractionalOrder, Int)

  /// How ``init(_:)`` wants them written.
  public static let forms = [
    "logReturn(h)", "volatility(h)", "momentum(h)", "drawdown(h)", "volatilityRatio(a,b)",
    "relativeVolatility(h)", "skewness(h)", "marketCorrelation(h)", "correlation(ASSET,h)",
    "fractionalDifference(d|adf,K)",
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
    case "relativeVolatility": self = .relativeVolatility(try call.rows(0, atLeast: 2))
    case "skewness": self = .skewness(try call.rows(0, atLeast: 3))
    case "marketCorrelation": self = .marketCorrelation(try call.rows(0, atLeast: 3))
    case "correlation": self = .correlation(call.word(0), try call.rows(1, atLeast: 3))
    default:
      guard let order = FractionalOrder(call.word(0)) else {
        throw FeatureError(
          feature: text,
          problem:
            "'\(call.word(0))' is not an order; expected a number above 0 and up to 2, or adf.")
      }
      self = .fractionalDifference(order, try call.rows(1, atLeast: 1))
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
    case .skewness(let h): "skewness(\(h))"
    case .marketCorrelation(let h): "marketCorrelation(\(h))"
    case .correlation(let asset, let h): "correlation(\(asset),\(h))"
    case .fractionalDifference(let order, let width): "fractionalDifference(\(order),\(width))"
    }
  }

  /// The rows of history needed before the decision's row: the feature exists from this row on.
  public var requiredRows: Int {
    switch self {
    case .logReturn(let h), .volatility(let h), .drawdown(let h), .relativeVolatility(let h),
      .skewness(let h), .marketCorrelation(let h), .correlation(_, let h),
      .fractionalDifference(_, let h):
      h
    case .momentum(let h): max(h, Self.momentumVolatilityRows)
    case .volatilityRatio(let a, let b): max(a, b)
    }
  }
}
