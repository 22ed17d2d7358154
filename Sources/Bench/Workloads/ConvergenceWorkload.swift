import Finance
import Train

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// Three ways to the same risk budgets: gradient descent, ADMM and the solver's damped Newton.
///
/// `min ½ yᵀCy − Σ b ln y` in correlation space, from the solver's own start, until the largest relative
/// error of a risk contribution is below 1e-6. Gradient descent halves its step until it descends
/// enough and doubles it after; ADMM splits quadratic and logarithms, with the factor of `C + ρI` kept
/// and ρ the mean of b.
enum ConvergenceWorkload: Workload {
  static let name = "convergence"
  static let summary = "risk budgeting by gradient descent, ADMM and Newton: iterations and time"
  static let cases = ["4", "20", "50"]

  private static let tolerance = 1e-6
  private static let problems = 50
  private static let limit = 100_000

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    for name in cases where options.wants(name) {
      guard let n = Int(name) else { continue }
      var generator = PeerGenerator(seed: 65)
      let problems = (0..<Self.problems).map { _ in Problem(count: n, &generator) }
      for (method, solve) in [
        ("gradient descent", descend), ("ADMM", alternate),
      ] {
        var counts: [Int] = []
        let timing = Stopwatch(repeats: 5).time(warm: 1, inner: 1) {
          counts = problems.map(solve)
        }
        report.results.append(("\(name) \(method)", row(counts, timing)))
      }
      var counts: [Int] = []
      var failure: (any Error)?
      let timing = Stopwatch(repeats: 5).time(warm: 1, inner: 1) {
        do {
          counts = try problems.map {
            try RiskBudgetSolver().solve(covariance: $0.matrix, budgets: $0.budgets)
              .diagnostics.iterations
          }
        } catch { failure = error }
      }
      if let failure { throw failure }
      report.results.append(("\(name) Newton", row(counts, timing)))
    }
    return report
  }

  private static func row(_ counts: [Int], _ timing: Stopwatch.Timing) -> JSONValue {
    let sorted = counts.sorted()
    return [
      "median_iterations": JSONValue(sorted[sorted.count / 2]),
      "max_iterations": JSONValue(sorted[sorted.count - 1]),
      "us_per_problem": JSONValue(rounded(timing.median * 1e3 / Double(problems))),
    ]
  }

  /// A correlation matrix of three factors and budgets between 1 and 3.
  private struct Problem {
    let n: Int
    let matrix: Matrix
    let budgets: [Double]
    let start: [Double]

    init(count n: Int, _ generator: inout PeerGenerator) {
      self.n = n
      let loadings = generator.normals(3 * n)
      var matrix = Matrix(rows: n, columns: n)
      for i in 0..<n {
        for j in 0..<n {
          let common = (0..<3).reduce(0) { $0 + loadings[3 * i + $1] * loadings[3 * j + $1] }
          matrix[i, j] = common + (i == j ? 1.5 : 0)
        }
      }
      let scale = (0..<n).map { 1 / matrix[$0, $0].squareRoot() }
      for i in 0..<n { for j in 0..<n { matrix[i, j] *= scale[i] * scale[j] } }
      self.matrix = matrix
      budgets = (0..<n).map { _ in 1 + 2 * generator.uniform() }
      let total = matrix.elements.reduce(0, +)
      start = [Double](
        repeating: (budgets.reduce(0, +) / total).squareRoot(), count: n)
    }

    func product(_ y: [Double]) -> [Double] {
      (0..<n).map { i in
        var sum = 0.0
        for j in 0..<n { sum += matrix.elements[i * n + j] * y[j] }
        return sum
      }
    }

    /// The largest relative error of a contribution.
    func error(_ y: [Double], _ product: [Double]) -> Double {
      var worst = 0.0
      for i in 0..<n { worst = max(worst, abs(y[i] * product[i] / budgets[i] - 1)) }
      return worst
    }

    func value(_ y: [Double], _ product: [Double]) -> Double {
      var sum = 0.0
      for i in 0..<n {
        sum += 0.5 * y[i] * product[i]
        sum -= budgets[i] * log(y[i])
      }
      return sum
    }
  }

  private static func descend(_ problem: Problem) -> Int {
    var y = problem.start
    var product = problem.product(y)
    var step = 1.0
    for iteration in 0..<limit {
      guard problem.error(y, product) > tolerance else { return iteration }
      let gradient = (0..<problem.n).map { product[$0] - problem.budgets[$0] / y[$0] }
      let square = gradient.reduce(0) { $0 + $1 * $1 }
      let value = problem.value(y, product)
      while step > 1e-14 {
        let next = (0..<problem.n).map { y[$0] - step * gradient[$0] }
        if next.allSatisfy({ $0 > 0 }) {
          let image = problem.product(next)
          if problem.value(next, image) <= value - 0.25 * step * square || step * square < 1e-13 {
            (y, product) = (next, image)
            break
          }
        }
        step *= 0.5
      }
      step *= 2
    }
    return limit
  }

  private static func alternate(_ problem: Problem) -> Int {
    let n = problem.n
    let rho = problem.budgets.reduce(0, +) / Double(n)
    var system = problem.matrix
    for i in 0..<n { system[i, i] += rho }
    var factor = system.elements
    _ = Cholesky.factor(count: n, matrix: &factor)
    var (z, u) = (problem.start, [Double](repeating: 0, count: n))
    for iteration in 0..<limit {
      guard problem.error(z, problem.product(z)) > tolerance else { return iteration }
      var x = (0..<n).map { rho * (z[$0] - u[$0]) }
      Cholesky.solveTransposed(count: n, factor: factor, vector: &x)
      Cholesky.solve(count: n, factor: factor, vector: &x)
      for i in 0..<n {
        let v = x[i] + u[i]
        z[i] = 0.5 * (v + (v * v + 4 * problem.budgets[i] / rho).squareRoot())
        u[i] += x[i] - z[i]
      }
    }
    return limit
  }
}
