/// The forecast of drawdowns, asset by asset: a second task of the network.
struct DrawdownSettings: Sendable {
  /// The depth from the peak, as a fraction.
  var threshold: Double
  /// Rows ahead.
  var horizon: Int
  /// The weight of the cross-entropy in the objective.
  var weight: Double

  init(_ reader: ConfigReader) {
    threshold = reader.about("the depth of the drawdown, as a fraction: 0.05 is 5 %")
      .double("threshold", default: 0.05, in: .between(0, 1))
    horizon = reader.about("rows after the purchase within which it happens")
      .int("horizon", default: 21, in: 1...1000)
    weight = reader.about("weight of the forecast's cross-entropy in the objective")
      .double("weight", default: 0.1, in: .above(0))
  }
}
