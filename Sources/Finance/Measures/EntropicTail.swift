#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The entropic value at risk of equally likely losses, `ρ = min_{t>0} t ln(mean e^{ℓ/t} / (1 − β))`,
/// with its gradient `∂ρ/∂ℓ = q ∝ e^{ℓ/t}` at the best temperature t.
///
/// There the relative entropy of q to equal weights is −ln(1 − β). It grows as t falls, to
/// `ln(T / ties)` with all weight on the largest losses: a tail that small has `ρ = max ℓ` and t = 0.
///
/// - Source: Ahmadi-Javid (2012), *Entropic Value-at-Risk: A New Coherent Risk Measure*,
///   J. Optimization Theory and Applications 155.
struct EntropicTail {
  /// `ρ`; NaN of nothing.
  let value: Double
  /// `q`, which sums to one.
  let weights: [Double]
  /// `t`: 0 where the tail is the largest losses alone, infinite where it is all of them.
  let temperature: Double

  /// The tail of some losses at a level β in [0, 1).
  init(_ losses: [Double], level: Double) {
    let count = Double(losses.count)
    guard let largest = losses.max(), let smallest = losses.min() else {
      (value, weights, temperature) = (.nan, [], .nan)
      return
    }
    let (range, budget) = (largest - smallest, -log1p(-level))
    let ties = Double(losses.count { $0 == largest })
    guard range.isFinite else {
      (value, weights, temperature) = (.nan, losses.map { _ in .nan }, .nan)
      return
    }
    guard log(count / ties) > budget else {
      (value, temperature) = (largest, 0)
      weights = losses.map { $0 == largest ? 1 / ties : 0 }
      return
    }
    guard budget > 0 else {
      (value, temperature) = (losses.reduce(0, +) / count, .infinity)
      weights = losses.map { _ in 1 / count }
      return
    }
    let gaps = losses.map { $0 - largest }
    // The slope in t grows from below 0 to above: bracket its root, then Newton within the bracket.
    var (low, high) = (range * 1e-15, range)
    while State(gaps, budget, high).slope < 0, high < range * 1e15 { high *= 8 }
    var t = high
    for _ in 0..<100 {
      let now = State(gaps, budget, t)
      if now.slope > 0 { high = t } else { low = t }
      var next = t - now.slope / now.bend
      if !(next > low && next < high) { next = (low * high).squareRoot() }
      let isSettled = (next - t).magnitude <= 2e-16 * t
      t = next
      if isSettled { break }
    }
    let best = State(gaps, budget, t)
    value = largest + t * best.logMean
    temperature = t
    weights = best.tilted.map { $0 / best.total }
  }

  /// `t ln(mean e^{ℓ/t} / (1 − β))` at a temperature, for losses less the largest.
  private struct State {
    /// `e^{ℓ/t}`, and its sum.
    let tilted: [Double]
    let total: Double
    /// `ln(mean e^{ℓ/t} / (1 − β))`.
    let logMean: Double
    /// The first two derivatives to t.
    let slope: Double
    let bend: Double

    init(_ gaps: [Double], _ budget: Double, _ t: Double) {
      tilted = gaps.map { exp($0 / t) }
      total = tilted.reduce(0, +)
      logMean = log(total / Double(gaps.count)) + budget
      var mean = 0.0
      for (weight, gap) in zip(tilted, gaps) where weight > 0 { mean += weight * gap }
      mean /= total
      var variance = 0.0
      for (weight, gap) in zip(tilted, gaps) where weight > 0 {
        variance += weight * (gap - mean) * (gap - mean)
      }
      slope = logMean - mean / t
      bend = variance / total / (t * t * t)
    }
  }
}
