import Finance
import Train

/// The constrained problem at a fixed level, by ADMM and by projected gradients from the same start
/// to the same residual of 1e-8.
enum ConstrainedWorkload: Workload {
  static let name = "constrained"
  static let summary = "ADMM beside projected gradients, to a KKT residual of 1e-8"
  static let cases = problems.flatMap { problem in
    methods.map { "\(problem.name) \($0)" }
  }

  private static let tolerance = 1e-8
  private static let methods = ["admm", "gradient 1/L", "gradient backtracking"]
  private static let problems: [(name: String, count: Int, groups: Bool)] = [
    ("n=10 boxes", 10, false), ("n=10 groups", 10, true), ("n=50 boxes", 50, false),
    ("n=50 groups", 50, true), ("n=200 boxes", 200, false),
  ]

  /// Weights between a quarter and twice the equal share; with `groups` two halves that hold 45 to
  /// 55 %, and every other asset at most 52 %.
  private static func problem(_ n: Int, groups: Bool) throws -> CalibratedSubproblem {
    let data = RiskProblem(count: n, seed: 31)
    let equal = 1 / Double(n)
    // Budgets of the workload's problem, half way to equal ones: none below the boxes' reach.
    let budgets = data.budgets.map { 0.5 * $0 + 0.5 * equal }
    let constraints = WeightConstraints(
      count: n, lower: [Double](repeating: 0.25 * equal, count: n),
      upper: [Double](repeating: 2 * equal, count: n),
      groups: !groups
        ? []
        : [
          .init(name: "first half", members: Array(0..<n / 2), minimum: 0.45, maximum: 0.55),
          .init(
            name: "every other", members: Array(stride(from: 0, to: n, by: 2)), minimum: 0,
            maximum: 0.52),
        ])
    return try CalibratedSubproblem(
      covariance: data.covariance, budgets: budgets, constraints: constraints)
  }

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    for (label, count, groups) in problems {
      guard methods.contains(where: { options.wants("\(label) \($0)") }) else { continue }
      let problem = try Self.problem(count, groups: groups)
      for method in methods where options.wants("\(label) \(method)") {
        func solve() -> (x: [Double], iterations: Int)? {
          switch method {
          case "admm": problem.alternatingDirections(tolerance: tolerance)
          case "gradient 1/L":
            ProjectedGradient(step: .constant).minimise(problem, tolerance: tolerance)
          default:
            ProjectedGradient(step: .backtracking).minimise(problem, tolerance: tolerance)
          }
        }
        guard let found = solve() else {
          throw BenchError("constrained: \(label) \(method) did not reach \(tolerance)")
        }
        let timing = Stopwatch(repeats: options.repeats, budget: 4).time(warm: 1) { _ = solve() }
        report.results.append(("\(label) \(method)", timing.json))
        report.reference.append(
          (
            "\(label) \(method)",
            [
              "iterations": JSONValue(found.iterations),
              "residual": JSONValue(problem.residual(found.x)),
            ]
          ))
      }
    }
    return report
  }
}
