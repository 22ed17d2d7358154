internal import Autodiff

/// What the rules that solve a ``ConvexProgram`` share: a sound covariance in units of its own, bounds
/// as rows, weights without rounding errors.
enum PortfolioProgram {
  /// The covariance divided by the mean variance, and that; refuses what is not a covariance.
  static func scaled(
    _ covariance: Matrix, rule: String
  ) throws(AllocationError) -> (covariance: Matrix, variance: Double) {
    let n = covariance.rows
    check(n > 0 && covariance.columns == n, "\(rule): \(n) × \(covariance.columns)")
    let volatilities: [Double]
    do throws(CovarianceError) {
      volatilities = try CorrelationForm.volatilities(covariance: covariance)
    } catch { throw .covariance(rule: rule, error) }
    let variance = volatilities.reduce(0) { $0 + $1 * $1 } / Double(n)
    return (
      Matrix(rows: n, columns: n, elements: covariance.elements.map { $0 / variance }), variance
    )
  }

  /// Bounds in effect: those given, or 0 and 1.
  static func limits(
    _ bounds: SimplexBounds?, count n: Int, rule: String
  ) -> (lower: [Double], upper: [Double]) {
    check(
      bounds.map { $0.count == n } ?? true,
      "\(rule): bounds of \(bounds?.count ?? 0) assets for \(n)")
    return (
      bounds?.lower ?? [Double](repeating: 0, count: n),
      bounds?.upper ?? [Double](repeating: 1, count: n)
    )
  }

  /// The weights of a fully invested portfolio: clipped to the bounds, the rounding error of the sum
  /// given to those inside.
  static func clean(_ x: [Double], lower: [Double], upper: [Double]) -> [Double] {
    var w = x.indices.map { max(lower[$0], min(upper[$0], x[$0])) }
    // What an interior point leaves beside a bound is less than it can tell from nothing.
    for i in w.indices {
      if w[i] - lower[i] < 1e-9 { w[i] = lower[i] }
      if upper[i] - w[i] < 1e-9 { w[i] = upper[i] }
    }
    for _ in 0..<2 {
      let excess = w.reduce(0, +) - 1
      let room = w.indices.map { excess > 0 ? w[$0] - lower[$0] : upper[$0] - w[$0] }
      let total = room.reduce(0, +)
      guard total > 0, excess != 0 else { break }
      for i in w.indices { w[i] -= excess * room[i] / total }
    }
    return w
  }

  /// Solves, with the failure in the rule's name.
  static func solve(
    _ program: ConvexProgram, start: [Double], rule: String
  ) throws(AllocationError) -> [Double] {
    do throws(ConvexProgram.Failure) {
      return try program.solve(start: start).x
    } catch {
      throw .notConverged(
        rule: rule, iterations: error.iterations, residual: error.residual, gap: error.gap)
    }
  }

  /// `min ½ wᵀPw + qᵀw` over `Σw = 1` and the bounds.
  static func fullyInvested(
    quadratic: Matrix, linear: [Double], lower: [Double], upper: [Double], rule: String
  ) throws(AllocationError) -> [Double] {
    let n = linear.count
    var rows = Matrix(rows: 2 * n, columns: n)
    for i in 0..<n {
      rows[i, i] = -1
      rows[n + i, i] = 1
    }
    // Fixed weights leave no interior: they are let go by a hair, and cut off again below.
    let slack = 1e-12
    let program = ConvexProgram(
      quadratic: quadratic, linear: linear,
      equalities: Matrix(rows: 1, columns: n, repeating: 1), targets: [1], rows: rows,
      offsets: lower.map { $0 - slack } + upper.map { -$0 - slack },
      prices: [Double](repeating: .infinity, count: 2 * n))
    let x = try solve(
      program, start: zip(lower, upper).map { 0.5 * ($0 + $1) }, rule: rule)
    return clean(x, lower: lower, upper: upper)
  }

  /// The weights of the largest `gᵀw / √(wᵀΣw)` over `Σw = 1` and the bounds.
  ///
  /// With y = w / gᵀw the problem is `min ½ yᵀΣy` over `gᵀy = 1` and `l κ ≤ y ≤ u κ`, κ = 1ᵀy ≥ 0, as long
  /// as some portfolio has gᵀw > 0 (Cornuéjols & Tütüncü 2007, §8.2).
  static func largestRatio(
    of gains: [Double], covariance: Matrix, lower: [Double], upper: [Double], rule: String
  ) throws(AllocationError) -> [Double] {
    let n = gains.count
    let best = largest(gains, lower: lower, upper: upper)
    guard best > 0 else { throw .noExcessReturn(rule: rule, best: best) }
    var rows = Matrix(rows: 2 * n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        rows[i, j] = lower[i] - (i == j ? 1 : 0)
        rows[n + i, j] = (i == j ? 1 : 0) - upper[i]
      }
    }
    let scaled = gains.map { $0 / best }
    let program = ConvexProgram(
      quadratic: covariance, linear: [Double](repeating: 0, count: n),
      equalities: Matrix(rows: 1, columns: n, elements: scaled), targets: [1], rows: rows,
      offsets: [Double](repeating: 0, count: 2 * n),
      prices: [Double](repeating: .infinity, count: 2 * n))
    let y = try solve(
      program, start: [Double](repeating: 1 / Double(n), count: n), rule: rule)
    let total = y.reduce(0, +)
    guard total > 0, total.isFinite else { throw .noRisk(rule: rule) }
    return clean(y.map { $0 / total }, lower: lower, upper: upper)
  }

  /// The largest `gᵀw` within the bounds: the rest after the floors goes to the best assets first.
  private static func largest(_ gains: [Double], lower: [Double], upper: [Double]) -> Double {
    var rest = 1 - lower.reduce(0, +)
    var sum = zip(gains, lower).reduce(0) { $0 + $1.0 * $1.1 }
    for i in gains.indices.sorted(by: { (gains[$0], $1) > (gains[$1], $0) }) where rest > 0 {
      let part = min(rest, upper[i] - lower[i])
      sum += part * gains[i]
      rest -= part
    }
    return sum
  }
}
