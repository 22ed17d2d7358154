import Train

/// W6: classical estimators, see ``Estimators``.
enum EstimatorWorkload: Workload {
  static let name = "W6"
  static let summary = "GARCH, DCC, Ledoit–Wolf, EWMA and hierarchical risk parity"
  static let cases = Estimators.cases

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    for name in cases where options.wants(name) {
      let estimator = Estimators(name: name)
      let found = try estimator.step()
      var failure: (any Error)?
      let timing = Stopwatch(repeats: options.repeats).time {
        do { _ = try estimator.step() } catch { failure = error }
      }
      if let failure { throw failure }
      report.results.append((name, timing.json))
      report.reference.append((name, JSONValue(found)))
    }
    return report
  }
}
