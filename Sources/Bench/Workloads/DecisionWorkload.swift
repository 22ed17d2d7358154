import Autodiff
import Train

/// W2: a whole training step of the portfolio model, see ``DecisionStep``.
enum DecisionWorkload: Workload {
  static let name = "W2"
  static let summary = "training step of the whole portfolio model: forward, backward, AdamW"
  static let cases = [10, 50].flatMap { ["N=\($0)", "N=\($0) stream"] }

  /// Losses before each of the first four updates and the norm of the first gradient, in double
  /// precision, on which two other programs agree to twelve digits.
  private static let reference: [Int: (losses: [Double], gradient: Double)] = [
    10: (
      [-5.628571343262, -6.129881168012, -6.655037514381, -7.326833809681], 7.481597622351
    ),
    50: (
      [-0.957167026102, -1.141681731422, -1.238450761384, -1.357005410666], 5.042701746209
    ),
  ]

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    let pool = options.threads > 1 ? ThreadPool(threads: options.threads) : nil
    for count in [10, 50] {
      for stream in [false, true] {
        let name = "N=\(count)" + (stream ? " stream" : "")
        guard options.wants(name) else { continue }
        var step = DecisionStep(assets: count, stream: stream, threads: pool)
        var losses = [try step.step()]
        let gradient = step.gradientNorm
        for _ in 0..<3 { losses.append(try step.step()) }
        var failure: (any Error)?
        let timing = Stopwatch(repeats: options.repeats).time(inner: 1) {
          do { _ = try step.step() } catch { failure = error }
        }
        if let failure { throw failure }
        report.results.append((name, timing.json))
        guard !stream, let expected = reference[count] else { continue }
        let error = zip(losses, expected.losses).map { abs($0 - $1) }.max() ?? .infinity
        let gradientError = abs(gradient / expected.gradient - 1)
        let allowed = MemoryLayout<Scalar>.size == 8 ? 1e-8 : 2e-2
        report.reference.append(
          (
            name,
            [
              "losses": JSONValue(losses.map { rounded($0, decimals: 12) }),
              "error": JSONValue(error), "gradient_error": JSONValue(gradientError),
              "agrees": JSONValue(max(error, gradientError) <= allowed),
            ]
          ))
      }
    }
    return report
  }
}
