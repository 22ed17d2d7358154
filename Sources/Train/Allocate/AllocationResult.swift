/// What a method found.
struct AllocationResult {
  var weights: [Double]
  /// Shares of the measure of risk that was shared out; of the variance if nil.
  var riskContributions: [Double]?
  /// The measure's value, where it is not the volatility; per row.
  var risk: Double?
  var iterations: Int?
  /// The constraints without which the portfolio would be another one, in words.
  var binding: [String] = []
}
