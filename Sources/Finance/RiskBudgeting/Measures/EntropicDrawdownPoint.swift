/// The solution of an ``EntropicDrawdownProblem`` with its ties.
struct EntropicDrawdownPoint {
  /// The holdings, with a risk of 1.
  var y: [Double]
  /// The weight that counts from the second peak of each tie.
  var shifts: [Double]
  let drawdowns: DrawdownRows
  let beta: [Double]
  let confidence: Double
  /// The number of Newton steps on soft peaks.
  let iterations: Int
  private(set) var risk: EntropicRisk

  init(
    y: [Double], shifts: [Double], drawdowns: DrawdownRows, beta: [Double], confidence: Double,
    iterations: Int
  ) {
    (self.y, self.shifts, self.drawdowns, self.beta) = (y, shifts, drawdowns, beta)
    (self.confidence, self.iterations) = (confidence, iterations)
    risk = EntropicRisk(drawdowns.rows.times(y), confidence: confidence)
  }

  /// Evaluates the risk anew after the holdings have changed.
  mutating func update() {
    risk = EntropicRisk(drawdowns.rows.times(y), confidence: confidence)
  }

  /// `Dᵀq + Eᵀs`, the subgradient that the solution balances.
  var marginal: [Double] {
    var force = drawdowns.rows.transposed(times: risk.weights)
    for (shift, row) in zip(shifts, drawdowns.equalities) {
      for i in force.indices { force[i] += shift * row[i] }
    }
    return force
  }

  /// `[∇²R + diag(β ⊘ y²), Eᵀ; E, 0]`.
  var jacobian: Matrix {
    let (n, ties) = (y.count, drawdowns.equalities.count)
    let own = risk.curvature(
      drawdowns.rows, marginal: drawdowns.rows.transposed(times: risk.weights))
    var matrix = Matrix(rows: n + ties, columns: n + ties)
    for i in 0..<n {
      for j in 0..<n { matrix[i, j] = own[i, j] }
      matrix[i, i] += beta[i] / (y[i] * y[i])
    }
    for (j, row) in drawdowns.equalities.enumerated() {
      for i in 0..<n {
        matrix[i, n + j] = row[i]
        matrix[n + j, i] = row[i]
      }
    }
    return matrix
  }

  /// The weights, which sum to one.
  var weights: [Double] {
    let total = y.reduce(0, +)
    return y.map { $0 / total }
  }

  /// The gradients to the returns `[T, N]` and to `β` of a loss whose gradient to the weights is
  /// `cotangent`: the adjoint `J (v, η) = (ḡ, 0)` gives `D̄ = −q vᵀ − (∂²ρ/∂ℓ²)(Dv) yᵀ`,
  /// `Ē = −s vᵀ − η yᵀ` and `v ⊘ y`.
  func gradient(cotangent: [Double]) -> (returns: Matrix, beta: [Double]) {
    let (n, total) = (y.count, y.reduce(0, +))
    let mean = zip(y, cotangent).reduce(0) { $0 + $1.0 * $1.1 } / total
    guard let factor = LUFactorization(jacobian) else {
      fatalError("EntropicDrawdownPoint: the ties are linearly dependent")
    }
    let right = cotangent.map { ($0 - mean) / total } + shifts.map { _ in 0 }
    let solution = factor.solve(right)
    let v = Array(solution[..<n])
    let bent = risk.curvature(times: drawdowns.rows.times(v))
    var byRows = drawdowns.rows
    for t in 0..<byRows.rows {
      for i in 0..<n { byRows[t, i] = -risk.weights[t] * v[i] - bent[t] * y[i] }
    }
    let byTies = shifts.indices.map { j in
      (0..<n).map { -shifts[j] * v[$0] - solution[n + j] * y[$0] }
    }
    return (
      drawdowns.returnsGradient(byRows, equalities: byTies), zip(v, y).map { $0 / $1 }
    )
  }
}
