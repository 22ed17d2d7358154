import AllocationCounter
import Autodiff
import Train

/// Heap allocations of one W1 step once the arenas have their size; −1 where the C library does not
/// let them be counted.
enum AllocationWorkload: Workload {
  static let name = "allocations"
  static let summary = "heap allocations of one W1 step in the steady state"
  static let cases = LSTMWorkload.cases

  static func run(_ options: Options) -> Report {
    var report = Report()
    let pool = options.threads > 1 ? ThreadPool(threads: options.threads) : nil
    for size in LSTMWorkload.sizes where options.wants(size.name) {
      var step = LSTMStep(batch: size.batch, hidden: size.hidden, threads: pool)
      for _ in 0..<3 { _ = step.step() }
      let before = keel_allocation_count()
      for _ in 0..<10 { _ = step.step() }
      let after = keel_allocation_count()
      let perStep = before < 0 ? -1 : Double(after - before) / 10
      report.results.append((size.name, ["allocations": JSONValue(perStep)]))
    }
    return report
  }
}
