import Train

/// W3: risk-budgeting solves, see ``RiskBudgetSolve``.
enum RiskBudgetWorkload: Workload {
  static let name = "W3"
  static let summary = "risk-budgeting solve; 'certified' also refuses an indefinite covariance"
  static let cases = RiskBudgetSolve.cases.flatMap { [$0.name, "\($0.name) certified"] }

  /// `Σw²` of the problem of seed 31, on which other programs agree.
  private static let squares = [
    10: 2.139239270996e-01, 50: 4.606236341554e-02, 200: 2.035635683366e-02,
    1000: 3.717111735428e-03,
  ]

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    for (label, count, seeds) in RiskBudgetSolve.cases {
      for certifies in [false, true] {
        let name = certifies ? "\(label) certified" : label
        guard options.wants(name) else { continue }
        let solve = RiskBudgetSolve(
          count: count, seeds: seeds, threads: options.threads, certifies: certifies)
        let found = solve.step()
        let timing = Stopwatch(repeats: options.repeats).time { _ = solve.step() }
        report.results.append((name, timing.json))
        var reference: [(String, JSONValue)] = [("rc_error", JSONValue(try solve.error()))]
        if seeds.count == 1, let expected = squares[count] {
          reference.append(("sum_of_squares", JSONValue(found)))
          reference.append(
            ("agrees", JSONValue(abs(found / expected - 1) <= 1e-11)))
        }
        report.reference.append((name, JSONValue(object: reference)))
      }
    }
    return report
  }
}
