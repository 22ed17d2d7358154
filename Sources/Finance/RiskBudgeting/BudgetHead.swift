#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// Risk budgets from unrestricted scores, inside their bounds and summing to one.
///
/// `bᵢ = lᵢ + (cᵢ − lᵢ) s(zᵢ − τ)` with the logistic `s` and the one `τ` for which `Σb = 1`. Smooth,
/// monotone in the scores, never dead: unlike softmax budgets, whose gradient vanishes with the
/// budget, a budget stays at or above its floor.
///
/// - Shapes: scores, budgets `[N]`.
/// - VJP: `kᵢ = (cᵢ − lᵢ) sᵢ (1 − sᵢ)`, `z̄ᵢ = kᵢ (b̄ᵢ − Σ kⱼb̄ⱼ / Σ kⱼ)`.
/// - Edge cases: equal scores under equal bounds give exactly equal budgets, so scores of zero are
///   the natural start. Adding a constant to all scores changes nothing. Where the bounds leave one
///   choice only (`Σl = 1` or `Σc = 1` to rounding, or `lᵢ = cᵢ`) the gradient is zero.
public struct BudgetHead: Sendable, Hashable {
  /// The bounds of the budgets.
  public let bounds: BudgetBounds

  /// A head with the given bounds.
  public init(bounds: BudgetBounds) { self.bounds = bounds }

  /// The budgets of the given scores.
  ///
  /// Throws a ``BudgetHeadError`` if a score is NaN or beyond all measure.
  public func budgets(scores: [Double]) throws(BudgetHeadError) -> [Double] {
    try evaluate(scores).budgets
  }

  /// The gradient with respect to the scores of a loss whose gradient with respect to the budgets is
  /// `cotangent`.
  public func gradient(
    scores: [Double], cotangent: [Double]
  ) throws(BudgetHeadError) -> [Double] {
    let slopes = try evaluate(scores).slopes
    check(
      cotangent.count == scores.count,
      "BudgetHead: \(cotangent.count) cotangents for \(scores.count) scores")
    var gradient = [Double](repeating: 0, count: scores.count)
    Self.backward(
      count: scores.count, cotangent: cotangent, slopes: slopes, scoreGradient: &gradient)
    return gradient
  }

  private func evaluate(
    _ scores: [Double]
  ) throws(BudgetHeadError) -> (budgets: [Double], slopes: [Double]) {
    let n = scores.count
    check(n == bounds.count, "BudgetHead: \(n) scores for bounds of \(bounds.count) assets")
    var budgets = [Double](repeating: 0, count: n)
    var slopes = budgets
    try Self.forward(
      count: n, scores: scores, lower: bounds.lower, upper: bounds.upper, budgets: &budgets,
      slopes: &slopes)
    return (budgets, slopes)
  }

  /// The budgets of one date, and the slopes `k` its backward pass needs, without allocating.
  ///
  /// Preconditions: those of ``SimplexBounds``. All shapes `[n]`.
  package static func forward(
    count n: Int, scores z: UnsafePointer<Double>, lower: UnsafePointer<Double>,
    upper: UnsafePointer<Double>, budgets: UnsafeMutablePointer<Double>,
    slopes: UnsafeMutablePointer<Double>
  ) throws(BudgetHeadError) {
    var (room, range, least, greatest) = (1.0, 0.0, Double.infinity, -Double.infinity)
    for i in 0..<n {
      guard z[i].magnitude <= BudgetHeadError.largestScore else {
        throw .invalidScore(asset: i, value: z[i])
      }
      room -= lower[i]
      range += upper[i] - lower[i]
      guard upper[i] > lower[i] else { continue }
      least = min(least, z[i])
      greatest = max(greatest, z[i])
    }
    let rounding = 4 * Double(n) * Double.ulpOfOne
    if room <= rounding || room >= range - rounding {
      for i in 0..<n {
        budgets[i] = room <= rounding ? lower[i] : upper[i]
        slopes[i] = 0
      }
      return
    }

    // With every score equal, s(z − τ) = room / range; so τ lies between these two.
    let logit = log(room / (range - room))
    var (low, high) = (least - logit, greatest - logit)
    var tau = 0.5 * low + 0.5 * high
    var (excess, slope) = sums(n, z, lower, upper, tau, 0, room)
    var (iterations, bisect) = (0, false)
    while excess != 0, iterations < 200 {
      iterations += 1
      if excess > 0 { low = tau } else { high = tau }
      // Newton, or bisection where that would leave the bracket or the last step gained too little.
      var next = tau + excess / slope
      if bisect || !(next > low && next < high) { next = 0.5 * low + 0.5 * high }
      guard next > low, next < high, next != tau else { break }
      let previous = excess
      tau = next
      (excess, slope) = sums(n, z, lower, upper, tau, 0, room)
      bisect = excess.magnitude > 0.5 * previous.magnitude
    }
    // The last steps are kept apart from τ: added to a τ of 1000 they would drown in its ulp.
    var rest = 0.0
    for _ in 0..<3 where excess != 0 && slope > 0 {
      rest = max(-2 * tau.ulp, min(2 * tau.ulp, rest + excess / slope))
      (excess, slope) = sums(n, z, lower, upper, tau, rest, room)
    }
    for i in 0..<n {
      let x = (z[i] - tau) - rest
      let width = upper[i] - lower[i]
      let t = exp(-x.magnitude)
      let tail = t / (1 + t)  // the smaller of s and 1 − s, to full relative accuracy
      budgets[i] = x > 0 ? upper[i] - width * tail : lower[i] + width * tail
      slopes[i] = width * tail / (1 + t)
    }
  }

  /// `Σ (c − l) s(z − τ − rest) − room` and its slope `Σ k` (with respect to `−τ`).
  ///
  /// Assets beyond their middle are counted in full, the small rest of each apart: `τ` stays
  /// determined when every budget is at a bound to all the digits it has.
  private static func sums(
    _ n: Int, _ z: UnsafePointer<Double>, _ lower: UnsafePointer<Double>,
    _ upper: UnsafePointer<Double>, _ tau: Double, _ rest: Double, _ room: Double
  ) -> (excess: Double, slope: Double) {
    var (full, tails, slope) = (0.0, 0.0, 0.0)
    for i in 0..<n {
      let x = (z[i] - tau) - rest
      let width = upper[i] - lower[i]
      let t = exp(-x.magnitude)
      let tail = t / (1 + t)
      full += x > 0 ? width : 0
      tails += x > 0 ? -width * tail : width * tail
      slope += width * tail / (1 + t)
    }
    return ((full - room) + tails, slope)
  }

  /// Adds the gradient of one date to `scoreGradient`.
  ///
  /// The mean is taken of differences to the cotangent of the steepest asset: where that one alone is
  /// not saturated, `b̄ᵢ − mean` would otherwise be the rounding error of two equal numbers.
  package static func backward(
    count n: Int, cotangent: UnsafePointer<Double>, slopes k: UnsafePointer<Double>,
    scoreGradient: UnsafeMutablePointer<Double>
  ) {
    var (total, steepest) = (0.0, 0)
    for i in 0..<n {
      total += k[i]
      if k[i] > k[steepest] { steepest = i }
    }
    guard total > 0 else { return }
    let reference = cotangent[steepest]
    var mean = 0.0
    for i in 0..<n where k[i] > 0 { mean += (k[i] / total) * (cotangent[i] - reference) }
    for i in 0..<n where k[i] > 0 {
      scoreGradient[i] += k[i] * ((cotangent[i] - reference) - mean)
    }
  }
}
