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
    /// Halved, or as `floor` allows, whenever `patience` epochs in a row brought no better
    /// validation.
    case plateau
  }

  var shape: Shape
  /// Epochs over which the factor first rises linearly to its value.
  var warmup: Int
  /// The smallest factor.
  var floor: Double
  /// Epochs without a better validation before `plateau` halves.
  var patience: Int

  /// The factor of an epoch, counted from 0, of `epochs`, after given validation losses (of this
  /// epoch and all before): a function of the record alone, so that resuming needs no state.
  func factor(_ epoch: Int, of epochs: Int, validation: [Double] = []) -> Double {
    let rise = warmup > 0 ? min(1, Double(epoch + 1) / Double(warmup)) : 1
    let progress = min(1, Double(max(0, epoch - warmup)) / Double(max(1, epochs - warmup)))
    let fall: Double
    switch shape {
    case .constant: fall = 1
    case .cosine: fall = floor + (1 - floor) * 0.5 * (1 + cos(Double.pi * progress))
    case .step: fall = max(floor, progress < 1 / 3.0 ? 1 : progress < 2 / 3.0 ? 0.5 : 0.25)
    case .plateau: fall = max(floor, halvings(validation))
    }
    return rise * fall
  }

  /// `2⁻ᵏ` for the k plateaus of a record.
  private func halvings(_ validation: [Double]) -> Double {
    var (factor, best, waited) = (1.0, Double.infinity, 0)
    for value in validation {
      waited += 1
      if value < best { (best, waited) = (value, 0) }
      if waited >= patience { (factor, waited) = (factor / 2, 0) }
    }
    return factor
  }
}
