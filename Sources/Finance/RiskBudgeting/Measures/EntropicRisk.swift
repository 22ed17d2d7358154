/// The entropic value at risk of equally likely losses with what its second derivatives are made of.
///
/// `∂²ρ/∂ℓ² = diag(q)/t − qqᵀ/t − uuᵀ/κ`, `u = −q ⊙ (ℓ − qᵀℓ)/t²`; see ``EntropicTail``. A tail of the
/// largest losses alone has no curvature.
///
/// - Source: Ahmadi-Javid (2012), *Entropic Value-at-Risk: A New Coherent Risk Measure*; derivatives
///   by the implicit function theorem at the best temperature t.
struct EntropicRisk {
  private let tail: EntropicTail
  /// `u`.
  private let tilt: [Double]
  /// `κ`, the second derivative to `t` there.
  private let bend: Double

  /// The risk of some losses.
  init(_ losses: [Double], confidence: Double) {
    tail = EntropicTail(losses, level: confidence)
    let (q, t) = (tail.weights, tail.temperature)
    let mean = zip(q, losses).reduce(0) { $0 + $1.0 * $1.1 }
    tilt = zip(q, losses).map { -$0 * ($1 - mean) / (t * t) }
    bend = zip(q, losses).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / (t * t * t)
  }

  /// `ρ`.
  var value: Double { tail.value }
  /// `q`, which sums to one.
  var weights: [Double] { tail.weights }

  /// d of `∂²ρ/∂ℓ² = diag(d) + Σ cₖ uₖuₖᵀ`.
  var diagonal: [Double] { weights.map { isCurved ? $0 / tail.temperature : 0 } }

  /// The factors c and vectors u of `∂²ρ/∂ℓ² = diag(d) + Σ cₖ uₖuₖᵀ`.
  var terms: [(factor: Double, vector: [Double])] {
    isCurved ? [(-1 / tail.temperature, weights), (-1 / bend, tilt)] : []
  }

  private var isCurved: Bool { tail.temperature > 0 && tail.temperature < .infinity }

  /// `rowsᵀ (∂²ρ/∂ℓ²) rows` of losses `rows y`, `[N, N]`; `marginal` is `rowsᵀq`.
  func curvature(_ rows: Matrix, marginal: [Double]) -> Matrix {
    let n = rows.columns
    var (result, along) = (Matrix(rows: n, columns: n), [Double](repeating: 0, count: n))
    guard isCurved else { return result }
    for s in 0..<rows.rows {
      let d = weights[s] / tail.temperature
      for i in 0..<n {
        along[i] += rows[s, i] * tilt[s]
        for j in 0..<n { result[i, j] += d * rows[s, i] * rows[s, j] }
      }
    }
    for i in 0..<n {
      for j in 0..<n {
        result[i, j] -= marginal[i] * marginal[j] / tail.temperature + along[i] * along[j] / bend
      }
    }
    return result
  }

  /// `(∂²ρ/∂ℓ²) a`.
  func curvature(times a: [Double]) -> [Double] {
    guard isCurved else { return a.map { _ in 0 } }
    let temperature = tail.temperature
    let (ofWeights, ofTilt) = (
      zip(weights, a).reduce(0) { $0 + $1.0 * $1.1 } / temperature,
      zip(tilt, a).reduce(0) { $0 + $1.0 * $1.1 } / bend
    )
    return a.indices.map {
      weights[$0] * (a[$0] / temperature - ofWeights) - tilt[$0] * ofTilt
    }
  }
}
