import Autodiff
import Train

/// W1: one training step of an LSTM, see ``LSTMStep``.
enum LSTMWorkload: Workload {
  static let name = "W1"
  static let summary = "LSTM training step: forward, backward, Adam"
  static let cases = sizes.map { $0.name }

  static let sizes = [
    (name: "base", batch: 64, hidden: 64), (name: "big", batch: 512, hidden: 128),
    (name: "tiny", batch: 16, hidden: 32),
  ]

  /// Losses before each of the first four updates, in double precision, on which two other
  /// programs agree to twelve digits.
  private static let losses = [
    "base": [1.004707893902, 1.000651389947, 0.996652572680, 0.992704743359],
    "big": [0.992206195688, 0.989512972895, 0.986979320116, 0.984585731956],
    "tiny": [0.982414924372, 0.976858280411, 0.971352494918, 0.965891698615],
  ]

  static func run(_ options: Options) -> Report {
    var report = Report()
    let pool = options.threads > 1 ? ThreadPool(threads: options.threads) : nil
    for size in sizes where options.wants(size.name) {
      var step = LSTMStep(batch: size.batch, hidden: size.hidden, threads: pool)
      let found = (0..<4).map { _ in step.step() }
      let timing = Stopwatch(repeats: options.repeats).time { _ = step.step() }
      report.results.append((size.name, timing.json))
      let expected = losses[size.name] ?? []
      let error = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      let allowed = MemoryLayout<Scalar>.size == 8 ? 1e-10 : 1e-5
      report.reference.append(
        (
          size.name,
          [
            "losses": JSONValue(found.map { rounded($0, decimals: 12) }),
            "error": JSONValue(error), "agrees": JSONValue(error <= allowed),
          ]
        ))
    }
    return report
  }
}
