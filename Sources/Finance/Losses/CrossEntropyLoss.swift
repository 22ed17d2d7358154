public import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The cross-entropy of events and their forecast probabilities: `mean(ln(1 + e^z) − y z)` for logits z.
///
/// - Shapes: logits and events of one shape → scalar. Events are 0, 1, or a share between; NaN marks
///   one that is not known and does not count.
/// - VJP: `z̄ += ȳ (σ(z) − y) / n`.
/// - Source: Good (1952), *Rational Decisions*.
public struct CrossEntropyLoss: Sendable {
  /// The loss; it has no settings.
  public init() {}

  /// The loss of logits against events.
  ///
  /// Zero if no event is known.
  public func callAsFunction(_ logits: Variable, events: [Double]) -> Variable {
    let count = logits.shape.count
    check(
      events.count == count,
      "CrossEntropyLoss: logits \(logits.shape), \(events.count) events")
    let (z, tape) = (logits.values, logits.tape)
    let known = Double(events.count { !$0.isNaN })
    let slopes = tape.allocate(count)
    var sum = 0.0
    for (i, event) in events.enumerated() {
      guard !event.isNaN else {
        slopes[i] = 0
        continue
      }
      let logit = Double(z[i])
      sum += max(logit, 0) + log1p(exp(-abs(logit))) - event * logit
      let probability = 1 / (1 + exp(-logit))
      slopes[i] = Scalar((probability - event) / known)
    }
    let y = tape.allocate(1)
    y[0] = Scalar(known > 0 ? sum / known : 0)
    return tape.recordSlopes("CrossEntropyLoss", logits, value: y, slopes: slopes)
  }
}
