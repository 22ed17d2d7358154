#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// A smooth risk measure of equally likely scenarios `r` `[T, N]`, a function of the losses
/// `ℓ = −r y`.
public struct ScenarioMeasure: RiskMeasure {
  /// Which function of the losses.
  public enum Kind: Sendable, Hashable {
    /// The entropic value at risk, `min_{t>0} t ln(mean exp(ℓ/t) / (1 − confidence))`: the tightest
    /// exponential bound of value at risk and CVaR. (Ahmadi-Javid 2012)
    case entropic(confidence: Double)
    /// `√(mean max(0, ℓ − mean ℓ)²)`, the deviation of returns below their mean.
    case semiDeviation
  }

  /// The scenarios' simple returns `[T, N]`.
  public let returns: Matrix
  /// The function.
  public let kind: Kind

  /// A measure.
  public init(_ kind: Kind, returns: Matrix) {
    check(returns.rows > 1, "ScenarioMeasure: \(returns.rows) scenarios")
    if case .entropic(let confidence) = kind {
      check(
        confidence > 0 && (1 - confidence) * Double(returns.rows) > 1,
        "ScenarioMeasure: confidence \(confidence) leaves no tail of \(returns.rows) scenarios")
    }
    self.returns = returns
    self.kind = kind
  }

  /// The number of assets.
  public var count: Int { returns.columns }

  /// The measure of losses: value, weights `q = ∂ρ/∂ℓ` and `∂²ρ/∂ℓ² = diag(d) + Σ cₖ uₖuₖᵀ`.
  private struct OfLosses {
    var value: Double
    var weights: [Double]
    var diagonal: [Double]
    var terms: [(factor: Double, vector: [Double])]

    /// `∂²ρ/∂ℓ² a`.
    func curvature(times a: [Double]) -> [Double] {
      var result = zip(diagonal, a).map { $0 * $1 }
      for (factor, vector) in terms {
        let along = factor * zip(vector, a).reduce(0) { $0 + $1.0 * $1.1 }
        for s in result.indices { result[s] += along * vector[s] }
      }
      return result
    }
  }

  private func losses(_ y: [Double]) -> [Double] {
    (0..<returns.rows).map { s in
      var sum = 0.0
      for i in 0..<count { sum -= returns[s, i] * y[i] }
      return sum
    }
  }

  private func measure(_ losses: [Double]) -> OfLosses {
    switch kind {
    case .entropic(let confidence): Self.entropic(losses, confidence)
    case .semiDeviation: Self.semiDeviation(losses)
    }
  }

  /// `t ln(mean e^{ℓ/t}/(1−c))` at its best `t`, by Newton in `ln t`.
  private static func entropic(_ losses: [Double], _ confidence: Double) -> OfLosses {
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
    let tilt = losses.indices.map { -end.q[$0] * (losses[$0] - end.mean) / (t * t) }
    return OfLosses(
      value: largest + t * end.level, weights: end.q, diagonal: end.q.map { $0 / t },
      terms: [(-1 / t, end.q), (-1 / end.bend, tilt)])
  }

  private static func semiDeviation(_ losses: [Double]) -> OfLosses {
    let count = Double(losses.count)
    let mean = losses.reduce(0, +) / count
    let excess = losses.map { max(0, $0 - mean) }
    let value = (excess.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
    let average = excess.reduce(0, +) / count
    let q = excess.map { ($0 - average) / (count * value) }
    let above = excess.map { $0 > 0 ? 1.0 : 0 }
    let share = above.reduce(0, +) / count
    let unit = 1 / (count * value)
    // diag(I)/T − (I1ᵀ + 1Iᵀ)/T² + n₊/T³ 11ᵀ, over ρ, less qqᵀ/ρ.
    return OfLosses(
      value: value, weights: q, diagonal: above.map { $0 * unit },
      terms: [
        (-0.5 * unit / count, above.map { $0 + 1 }), (0.5 * unit / count, above.map { $0 - 1 }),
        (share * unit / count, above.map { _ in 1 }), (-1 / value, q),
      ])
  }

  /// `R`, `∇R = −rᵀq` and `∇²R = rᵀ (∂²ρ/∂ℓ²) r`.
  public func evaluate(_ y: [Double]) -> RiskMeasureValue {
    let (n, result) = (count, measure(losses(y)))
    var gradient = [Double](repeating: 0, count: n)
    var curvature = Matrix(rows: n, columns: n)
    for s in 0..<returns.rows {
      let d = result.diagonal[s]
      for i in 0..<n {
        gradient[i] -= returns[s, i] * result.weights[s]
        guard d != 0 else { continue }
        for j in 0..<n { curvature[i, j] += d * returns[s, i] * returns[s, j] }
      }
    }
    for (factor, vector) in result.terms {
      var along = [Double](repeating: 0, count: n)
      for s in 0..<returns.rows { for i in 0..<n { along[i] += returns[s, i] * vector[s] } }
      for i in 0..<n { for j in 0..<n { curvature[i, j] += factor * along[i] * along[j] } }
    }
    return RiskMeasureValue(value: result.value, gradient: gradient, curvature: curvature)
  }

  /// The gradient to the scenarios' returns `[T, N]`, with `v` of a solution's
  /// ``RiskMeasureBudgetSolution/adjoint(cotangent:)``: `r̄ₛ = qₛ v + (∂²ρ/∂ℓ² a)ₛ y`, `a = −r v`.
  public func gradient(holdings y: [Double], adjoint v: [Double]) -> Matrix {
    let result = measure(losses(y))
    let bent = result.curvature(times: losses(v))
    var gradient = Matrix(rows: returns.rows, columns: count)
    for s in 0..<returns.rows {
      for i in 0..<count { gradient[s, i] = result.weights[s] * v[i] + bent[s] * y[i] }
    }
    return gradient
  }
}
