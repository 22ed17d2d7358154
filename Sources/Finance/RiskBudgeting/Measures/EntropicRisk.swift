#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The entropic value at risk of equally likely losses, `min_{t>0} t ln(mean e^{ℓ/t} / (1 − c))`, at
/// its best `t`, with what its derivatives are made of.
///
/// `∂ρ/∂ℓ = q ∝ e^{ℓ/t}` and `∂²ρ/∂ℓ² = diag(q)/t − qqᵀ/t − uuᵀ/κ`, `u = −q ⊙ (ℓ − qᵀℓ)/t²`.
///
/// - Source: Ahmadi-Javid (2012), *Entropic Value-at-Risk: A New Coherent Risk Measure*.
struct EntropicRisk {
  /// `ρ`.
  let value: Double
  /// `q`, which sums to one.
  let weights: [Double]
  /// `t`.
  let temperature: Double
  /// `u`.
  let tilt: [Double]
  /// `κ`, the second derivative to `t` there.
  let bend: Double

  /// The risk of some losses; not a number where all are equal.
  init(_ losses: [Double], confidence: Double) {
    let count = Double(losses.count)
    let largest = losses.reduce(-Double.infinity, max)
    let mean = losses.reduce(0, +) / count
    let spread = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    func state(_ t: Double) -> (
      slope: Double, bend: Double, q: [Double], level: Double, mean: Double
    ) {
      var q = losses.map { exp(($0 - largest) / t) }
      let total = q.reduce(0, +)
      for s in q.indices { q[s] /= total }
      let level = log(total / count / (1 - confidence))
      var average = 0.0
      for s in q.indices { average += q[s] * (losses[s] - largest) }
      var variance = 0.0
      for s in q.indices {
        let gap = losses[s] - largest - average
        variance += q[s] * gap * gap
      }
      return (level - average / t, variance / (t * t * t), q, level, average + largest)
    }
    // The slope in t grows: bracket its root, then Newton within the bracket.
    var (low, high) = (1e-6 * spread, spread)
    while state(high).slope < 0, high < 1e12 * spread { high *= 4 }
    var t = high
    for _ in 0..<100 {
      let now = state(t)
      if now.slope > 0 { high = t } else { low = t }
      var next = t - now.slope / now.bend
      if !(next > low && next < high) { next = (low * high).squareRoot() }
      if (next - t).magnitude <= 2e-16 * t { break }
      t = next
    }
    let end = state(t)
    (value, weights, temperature, bend) = (largest + t * end.level, end.q, t, end.bend)
    tilt = losses.indices.map { -end.q[$0] * (losses[$0] - end.mean) / (t * t) }
  }

  /// `rowsᵀ (∂²ρ/∂ℓ²) rows` of losses `rows y`, `[N, N]`; `marginal` is `rowsᵀq`.
  func curvature(_ rows: Matrix, marginal: [Double]) -> Matrix {
    let n = rows.columns
    var (result, along) = (Matrix(rows: n, columns: n), [Double](repeating: 0, count: n))
    for s in 0..<rows.rows {
      let d = weights[s] / temperature
      for i in 0..<n {
        along[i] += rows[s, i] * tilt[s]
        for j in 0..<n { result[i, j] += d * rows[s, i] * rows[s, j] }
      }
    }
    for i in 0..<n {
      for j in 0..<n {
        result[i, j] -= marginal[i] * marginal[j] / temperature + along[i] * along[j] / bend
      }
    }
    return result
  }

  /// `(∂²ρ/∂ℓ²) a`.
  func curvature(times a: [Double]) -> [Double] {
    let (ofWeights, ofTilt) = (
      zip(weights, a).reduce(0) { $0 + $1.0 * $1.1 } / temperature,
      zip(tilt, a).reduce(0) { $0 + $1.0 * $1.1 } / bend
    )
    return a.indices.map {
      weights[$0] * (a[$0] / temperature - ofWeights) - tilt[$0] * ofTilt
    }
  }
}
