internal import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Calibrated probabilities `P = σ(a z + b)` from the logits z of a classifier, with a and b by maximum
/// likelihood on data kept aside from its training.
///
/// The events are drawn in by a prior, `y₊ = (n₊ + 1)/(n₊ + 2)` and `y₋ = 1/(n₋ + 2)`, so that
/// separable data have a finite answer.
///
/// - Source: Platt (1999), *Probabilistic Outputs for Support Vector Machines*; Newton's method as in
///   Lin, Lin & Weng (2007).
public struct LogisticCalibration: Sendable, Hashable {
  /// a: below 1 the logits were overconfident.
  public let slope: Double
  /// b.
  public let offset: Double

  /// A given calibration; the default leaves logits as they are.
  public init(slope: Double = 1, offset: Double = 0) {
    self.slope = slope
    self.offset = offset
  }

  /// The calibration of logits against events (0 or 1); pairs with an unknown event (NaN) do not
  /// count.
  ///
  /// With no event of one of the two kinds there is nothing to learn, and the logits stay as they are.
  public init(logits: [Double], events: [Double]) {
    check(
      logits.count == events.count,
      "LogisticCalibration: \(logits.count) logits, \(events.count) events")
    let pairs = zip(logits, events).filter { $0.0.isFinite && !$0.1.isNaN }
    let positive = Double(pairs.count { $0.1 > 0.5 })
    let negative = Double(pairs.count) - positive
    guard positive > 0, negative > 0 else {
      self.init()
      return
    }
    let (high, low) = ((positive + 1) / (positive + 2), 1 / (negative + 2))
    let data = pairs.map { (z: $0.0, target: $0.1 > 0.5 ? high : low) }
    func loss(_ a: Double, _ b: Double) -> Double {
      data.reduce(0) {
        let f = a * $1.z + b
        return $0 + max(f, 0) + log1p(exp(-abs(f))) - $1.target * f
      }
    }
    var (a, b) = (0.0, log(positive / negative))
    var value = loss(a, b)
    for _ in 0..<100 {
      var (ga, gb, haa, hab, hbb) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
      for (z, target) in data {
        let p = 1 / (1 + exp(-(a * z + b)))
        let (residual, weight) = (p - target, p * (1 - p))
        ga += residual * z
        gb += residual
        haa += weight * z * z
        hab += weight * z
        hbb += weight
      }
      guard max(abs(ga), abs(gb)) > 1e-10 * Double(data.count) else { break }
      let determinant = haa * hbb - hab * hab
      let (da, db) = (
        -(hbb * ga - hab * gb) / determinant, -(haa * gb - hab * ga) / determinant
      )
      var step = 1.0
      while step > 1e-10 {
        let next = loss(a + step * da, b + step * db)
        if next < value + 1e-4 * step * (ga * da + gb * db) {
          (a, b, value) = (a + step * da, b + step * db, next)
          break
        }
        step /= 2
      }
      guard step > 1e-10 else { break }
    }
    self.init(slope: a, offset: b)
  }

  /// The probability of a logit.
  public func callAsFunction(_ logit: Double) -> Double { 1 / (1 + exp(-(slope * logit + offset))) }
}
