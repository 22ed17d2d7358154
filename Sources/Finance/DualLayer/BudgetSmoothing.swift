#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// How fast budgets follow their targets: `b(t) = (1 − λₜ) b(t−1) + λₜ b*(t)`.
///
/// `λₜ = base + range · sigmoid(Vₜ − mean V)`, with the volatility V and its trailing mean in points: in
/// a storm budgets move at up to `base + range`, in a calm at as little as `base`. A range of 0 is a
/// constant rate.
public struct BudgetSmoothing: Sendable, Hashable {
  /// The slowest rate.
  public var base: Double
  /// What a storm adds.
  public var range: Double
  /// The rate of the first step, before volatility has a past.
  public var start: Double

  /// Rates in (0, 1].
  public init(base: Double = 0.05, range: Double = 0.2, start: Double = 0.15) {
    check(
      base > 0 && range >= 0 && base + range <= 1 && start > 0 && start <= 1,
      "BudgetSmoothing: base \(base), range \(range), start \(start)")
    self.base = base
    self.range = range
    self.start = start
  }

  /// λ for a volatility `distance` points above its trailing mean.
  public func rate(distance: Double) -> Double { base + range / (1 + exp(-distance)) }
}
