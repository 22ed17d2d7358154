internal import Autodiff

/// The portfolio of least conditional value at risk over scenarios, `Σw = 1`, `l ≤ w ≤ c`; long-only by
/// default.
///
/// `min_{w, α} α + Σ_t max(0, −r_tᵀw − α) / ((1−β) T)`: at the minimum α is the value at risk, and the
/// whole the mean of the worst fraction 1 − β of the losses with its exact fractional tail.
///
/// - Source: Rockafellar & Uryasev (2000), *Optimization of Conditional Value-at-Risk*, J. Risk 2(3).
public struct MinimumCVaR: Sendable {
  /// The rule's name in reports.
  public let name = "minimum CVaR"
  /// β, the level; the tail is the worst 1 − β.
  public let level: Double
  /// The bounds of the weights; `nil` for `0 ≤ w ≤ 1`.
  public let bounds: SimplexBounds?

  /// The rule at a level in (0, 1).
  public init(level: Double = 0.95, bounds: SimplexBounds? = nil) {
    check(level > 0 && level < 1, "MinimumCVaR: level \(level); expected between 0 and 1")
    self.level = level
    self.bounds = bounds
  }

  /// The weights for scenarios of simple returns `[T, N]`; throws an ``AllocationError``.
  public func weights(scenarios: Matrix) throws(AllocationError) -> [Double] {
    let (count, n) = (scenarios.rows, scenarios.columns)
    check(count > 0 && n > 0, "MinimumCVaR: \(count) scenarios of \(n) assets")
    let scale = scenarios.elements.map(\.magnitude).reduce(0, max)
    check(scale.isFinite, "MinimumCVaR: a return is not a finite number")
    let (lower, upper) = PortfolioProgram.limits(bounds, count: n, rule: name)
    // x = (w, α), returns in units of the largest.
    let size = n + 1
    var rows = Matrix(rows: count + 2 * n, columns: size)
    var offsets = [Double](repeating: 0, count: count)
    for t in 0..<count {
      for i in 0..<n { rows[t, i] = scale > 0 ? -scenarios[t, i] / scale : 0 }
      rows[t, n] = -1
    }
    for i in 0..<n {
      rows[count + i, i] = -1
      rows[count + n + i, i] = 1
    }
    offsets += lower.map { $0 - 1e-12 }
    offsets += upper.map { -$0 - 1e-12 }
    let price = 1 / ((1 - level) * Double(count))
    var equality = Matrix(rows: 1, columns: size, repeating: 1)
    equality[0, n] = 0
    let program = ConvexProgram(
      quadratic: Matrix(rows: size, columns: size),
      linear: [Double](repeating: 0, count: n) + [1], equalities: equality, targets: [1],
      rows: rows, offsets: offsets,
      prices: [Double](repeating: price, count: count)
        + [Double](repeating: .infinity, count: 2 * n))
    let x = try PortfolioProgram.solve(
      program, start: [Double](repeating: 1 / Double(n), count: n) + [0], rule: name)
    return PortfolioProgram.clean(Array(x.prefix(n)), lower: lower, upper: upper)
  }
}
