import Autodiff
import Train

/// W4: the risk-budgeting layer, forward and backward, see ``RiskBudgetGradients``.
enum RiskBudgetLayerWorkload: Workload {
  static let name = "W4"
  static let summary = "risk-budgeting layer, forward and gradient to covariance and budgets"
  static let cases = RiskBudgetGradients.cases.map { "n=\($0.count) batch=\($0.batch)" }

  /// Loss and Euclidean norms of both gradients for batch 1, on which other programs agree.
  private static let reference: [Int: (loss: Double, sigma: Double, budget: Double)] = [
    10: (-1.912481952042e-01, 4.851920548826, 2.138773135290),
    50: (7.846921718625e-03, 1.316610291207e+01, 6.367854284957),
    200: (3.630163424716e-02, 1.075590245847, 1.625209357194e+01),
  ]

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    for (count, batch) in RiskBudgetGradients.cases {
      let name = "n=\(count) batch=\(batch)"
      guard options.wants(name) else { continue }
      let layer = RiskBudgetGradients(
        count: count, batch: batch, threads: options.threads, certifies: false)
      let found = try layer.step(read: true)
      var failure: (any Error)?
      let timing = Stopwatch(repeats: options.repeats).time {
        do { _ = try layer.step() } catch { failure = error }
      }
      if let failure { throw failure }
      report.results.append((name, timing.json))
      guard batch == 1, let expected = reference[count] else { continue }
      let errors = [
        abs(found.loss - expected.loss), abs(norm(found.sigma) / expected.sigma - 1),
        abs(norm(found.budget) / expected.budget - 1),
      ]
      let allowed = MemoryLayout<Scalar>.size == 8 ? 1e-9 : 1e-4
      report.reference.append(
        (
          name,
          [
            "loss": JSONValue(found.loss), "errors": JSONValue(errors),
            "agrees": JSONValue(errors.allSatisfy { $0 <= allowed }),
          ]
        ))
    }
    return report
  }

  private static func norm(_ values: [Scalar]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
