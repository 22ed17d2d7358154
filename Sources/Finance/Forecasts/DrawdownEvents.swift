/// Whether assets fall by a threshold from their peak within the next rows: labels for training, which
/// look ahead by design.
///
/// An asset bought at the close of row `t + lag` compounds the returns of rows `t + lag + 1 …
/// t + lag + horizon`; the event is `max_s (1 − V_s / max_{u ≤ s} V_u) ≥ threshold`, with V = 1 at the
/// purchase. A decision whose rows are not all there has no label (NaN), nor has one with a missing
/// return.
public enum DrawdownEvents {
  /// The labels `[decisions, N]` for returns `[T, N]`.
  public static func labels(
    returns: Matrix, decisions rows: [Int], lag: Int = 1, horizon: Int, threshold: Double
  ) -> [Double] {
    rows.flatMap { row in
      (0..<returns.columns).map { asset in
        let first = row + lag + 1
        guard first >= 0, first + horizon <= returns.rows else { return .nan }
        var (value, peak, worst) = (1.0, 1.0, 0.0)
        for t in first..<first + horizon {
          value *= 1 + returns[t, asset]
          peak = max(peak, value)
          worst = max(worst, 1 - value / peak)
        }
        return value.isNaN ? .nan : worst >= threshold ? 1 : 0
      }
    }
  }
}
