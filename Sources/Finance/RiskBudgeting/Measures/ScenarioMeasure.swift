internal import Autodiff

/// A risk measure of equally likely scenarios `r` `[T, N]`, a function of the losses `ℓ = −r y` or of
/// the drawdowns.
///
/// Smooth, but for the drawdown's kinks where two peaks are equally high; there its derivatives are
/// those of the later peak.
public struct ScenarioMeasure: RiskMeasure {
  /// Which function of the losses.
  public enum Kind: Sendable, Hashable {
    /// The entropic value at risk, `min_{t>0} t ln(mean exp(ℓ/t) / (1 − confidence))`: the tightest
    /// exponential bound of value at risk and CVaR. (Ahmadi-Javid 2012)
    case entropic(confidence: Double)
    /// `√(mean max(0, ℓ − mean ℓ)²)`, the deviation of returns below their mean.
    case semiDeviation
    /// The entropic value at risk of the drawdowns of uncompounded cumulative returns, whose peak
    /// starts at 0.
    case entropicDrawdown(confidence: Double)
  }

  /// The scenarios' simple returns `[T, N]`.
  public let returns: Matrix
  /// The function.
  public let kind: Kind

  /// A measure.
  public init(_ kind: Kind, returns: Matrix) {
    check(returns.rows > 1, "ScenarioMeasure: \(returns.rows) scenarios")
    switch kind {
    case .entropic(let confidence), .entropicDrawdown(let confidence):
      check(
        confidence > 0 && returns.rows > Self.scenariosWithoutTail(confidence: confidence),
        "ScenarioMeasure: confidence \(confidence) leaves no tail of \(returns.rows) scenarios")
    case .semiDeviation: break
    }
    self.returns = returns
    self.kind = kind
  }

  /// The most scenarios of which a confidence leaves a tail of one or less: the worst loss alone, which an
  /// entropic measure comes to without reaching it.
  ///
  /// A tail of one scenario is one whatever the rounding of `1 − confidence` makes of it.
  public static func scenariosWithoutTail(confidence: Double) -> Int {
    let rounding = 1e-9
    return Int(min((1 + rounding) / (1 - confidence), Double(Int32.max)))
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

  /// `L` of the losses `L y`, as long as the peaks of drawdowns stay where they are.
  private func rows(_ y: [Double]) -> (rows: Matrix, drawdowns: DrawdownRows?) {
    if case .entropicDrawdown = kind {
      let drawdowns = DrawdownRows(
        returns: returns, peaks: DrawdownRows.path(returns, y).peaks)
      return (drawdowns.rows, drawdowns)
    }
    return (
      Matrix(rows: returns.rows, columns: count, elements: returns.elements.map { -$0 }), nil
    )
  }

  private func measure(_ losses: [Double]) -> OfLosses {
    switch kind {
    case .entropic(let confidence), .entropicDrawdown(let confidence):
      let risk = EntropicRisk(losses, confidence: confidence)
      return OfLosses(
        value: risk.value, weights: risk.weights, diagonal: risk.diagonal, terms: risk.terms)
    case .semiDeviation: return Self.semiDeviation(losses)
    }
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

  /// `R`, `∇R = Lᵀq` and `∇²R = Lᵀ (∂²ρ/∂ℓ²) L`, with `L = −r` or the rows of the drawdowns.
  public func evaluate(_ y: [Double]) -> RiskMeasureValue {
    let (n, rows) = (count, rows(y).rows)
    let result = measure(rows.times(y))
    var curvature = Matrix(rows: n, columns: n)
    for s in 0..<rows.rows {
      let d = result.diagonal[s]
      guard d != 0 else { continue }
      for i in 0..<n {
        for j in 0..<n { curvature[i, j] += d * rows[s, i] * rows[s, j] }
      }
    }
    for (factor, vector) in result.terms {
      let along = rows.transposed(times: vector)
      for i in 0..<n { for j in 0..<n { curvature[i, j] += factor * along[i] * along[j] } }
    }
    return RiskMeasureValue(
      value: result.value, gradient: rows.transposed(times: result.weights),
      curvature: curvature)
  }

  /// The gradient to the scenarios' returns `[T, N]`, with `v` of a solution's
  /// ``RiskMeasureBudgetSolution/adjoint(cotangent:)``: `L̄ₛ = −qₛ v − (∂²ρ/∂ℓ² Lv)ₛ y`.
  public func gradient(holdings y: [Double], adjoint v: [Double]) -> Matrix {
    let (rows, drawdowns) = rows(y)
    let result = measure(rows.times(y))
    let bent = result.curvature(times: rows.times(v))
    var gradient = Matrix(rows: returns.rows, columns: count)
    for s in 0..<returns.rows {
      for i in 0..<count { gradient[s, i] = -result.weights[s] * v[i] - bent[s] * y[i] }
    }
    if let drawdowns { return drawdowns.returnsGradient(gradient, equalities: []) }
    for k in gradient.elements.indices { gradient.elements[k] = -gradient.elements[k] }
    return gradient
  }
}
