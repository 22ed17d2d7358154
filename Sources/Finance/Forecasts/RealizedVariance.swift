/// The mean square of the returns that follow a decision: the target of volatility forecasts, which
/// looks ahead by design.
///
/// A decision at row t earns the returns of rows `t + lag + 1 … t + lag + horizon`. Where they are not
/// all there, or one is missing, the result is NaN.
public enum RealizedVariance {
  /// The variances `[decisions, N]` for returns `[T, N]`, per row.
  public static func targets(
    returns: Matrix, decisions rows: [Int], lag: Int = 1, horizon: Int
  ) -> [Double] {
    rows.flatMap { row in
      (0..<returns.columns).map { asset in
        let first = row + lag + 1
        guard first >= 0, first + horizon <= returns.rows else { return .nan }
        var sum = 0.0
        for t in first..<first + horizon { sum += returns[t, asset] * returns[t, asset] }
        return sum / Double(horizon)
      }
    }
  }
}
