#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// How learning rates change over the epochs: a factor on all of them.
struct LearningRateSchedule: Sendable, Hashable {
  enum Shape: String, Sendable, CaseIterable {
    /// Always 1.
    case constant
    /// Half a cosine from 1 down to `floor` (Loshchilov & Hutter 2017, *SGDR*, eq. 5, one cycle).
    case cosine
    /// Halved, or as `floor` allows, after each third of the epochs.
    case step
  }

  var shape: Shape
  /// Epochs over which the factor first rises linearly to its value.
  var warmup: Int
  /// The smallest factor.
  var floor: Double

  /// The factor of an epoch, counted from 0, of `epochs`.
  func factor(_ epoch: Int, of epochs: Int) -> Double {
    let rise = warmup > 0 ? min(1, Double(epoch + 1) / Double(warmup)) : 1
    let progress = min(1, Double(max(0, epoch - warmup)) / Double(max(1, epochs - warmup)))
    let fall: Double
    switch shape {
    case .constant: fall = 1
    case .cosine: fall = floor + (1 - floor) * 0.5 * (1 + cos(Double.pi * progress))
    case .step: fall = max(floor, progress < 1 / 3.0 ? 1 : progress < 2 / 3.0 ? 0.5 : 0.25)
    }
    return rise * fall
  }
}
