#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Drawdowns with a soft running peak, `mₜ = τ ln(1 + Σ_{s≤t} e^{c_sᵀy/τ})`, and their derivatives.
///
/// `mₜ` is the soft maximum of `mₜ₋₁` and `lₜ = cₜᵀy`, which get the shares `aₜ` and `bₜ = 1 − aₜ`:
/// `∇mₜ = aₜ ∇mₜ₋₁ + bₜ cₜ` and `∇²mₜ = aₜ ∇²mₜ₋₁ + aₜ bₜ (∇mₜ₋₁ − cₜ)(∇mₜ₋₁ − cₜ)ᵀ / τ`. As `τ → 0`
/// they become the drawdowns, from above.
struct SmoothedDrawdowns {
  let sharpness: Double
  /// `mₜ − lₜ` `[T]`.
  private(set) var losses: [Double] = []
  /// Their gradients `[T, N]`.
  private(set) var rows: Matrix
  private var stays: [Double] = []
  private var steps: Matrix

  /// The drawdowns of holdings `y`, from cumulative returns `[T, N]`.
  init(_ sums: Matrix, holdings y: [Double], temperature: Double) {
    sharpness = 1 / temperature
    let n = y.count
    rows = Matrix(rows: sums.rows, columns: n)
    steps = rows
    var (peak, slope) = (0.0, [Double](repeating: 0, count: n))
    for t in 0..<sums.rows {
      var level = 0.0
      for i in 0..<n { level += sums[t, i] * y[i] }
      let rise = exp(-(level - peak).magnitude * sharpness)
      let small = rise / (1 + rise)
      let stay = level > peak ? small : 1 - small
      peak = max(level, peak) + temperature * log1p(rise)
      for i in 0..<n {
        steps[t, i] = slope[i] - sums[t, i]
        slope[i] = stay * slope[i] + (1 - stay) * sums[t, i]
        rows[t, i] = slope[i] - sums[t, i]
      }
      losses.append(peak - level)
      stays.append(stay)
    }
  }

  /// `Wₜ = qₜ + aₜ₊₁ Wₜ₊₁`: the weight of row t and of what later rows owe to the peak up to it.
  private func carried(_ q: [Double]) -> [Double] {
    var (result, later) = (q, 0.0)
    for t in q.indices.reversed() {
      result[t] += later
      later = stays[t] * result[t]
    }
    return result
  }

  /// `Σ qₜ ∇²mₜ` `[N, N]`.
  func curvature(weights q: [Double]) -> Matrix {
    let (n, carried) = (rows.columns, carried(q))
    var result = Matrix(rows: n, columns: n)
    for t in q.indices {
      let factor = sharpness * carried[t] * stays[t] * (1 - stays[t])
      guard factor > 0 else { continue }
      for i in 0..<n {
        for j in 0..<n { result[i, j] += factor * steps[t, i] * steps[t, j] }
      }
    }
    return result
  }

  /// How much of the rows' weight counts from the peak in each row.
  func peakWeights(_ q: [Double]) -> [Double] {
    zip(carried(q), stays).map { $0 * (1 - $1) }
  }
}
