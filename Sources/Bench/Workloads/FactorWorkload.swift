import Autodiff
import Finance
import Layers
import Train

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// The factor form of the risk-budgeting layer, forward and backward, as the number of assets grows.
enum FactorWorkload: Workload {
  static let name = "factors"
  static let summary = "risk budgeting with ten factors, forward and backward, one date"
  static let cases = counts.map { "n=\($0)" }

  private static let counts = [100, 1_000, 10_000, 100_000]
  private static let factorCount = 10

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    var previous: (count: Int, least: Double)?
    for count in counts where options.wants("n=\(count)") {
      let (tape, x) = inputs(count)
      let layer = FactorRiskBudget()
      var generator = PeerGenerator(seed: 21)
      let cotangent = Tensor(converting: generator.normals(count), shape: Shape(1, count))
      let mark = tape.mark
      var steps = 0
      func step() throws {
        let (weights, diagnostics) = try layer.solve(x[0], x[1], x[2], x[3])
        tape.backward(from: weights, cotangent: cotangent)
        steps = diagnostics[0].iterations
        tape.rewind(to: mark)
      }
      try step()
      let bytes = tape.byteCount
      var failure: (any Error)?
      let timing = Stopwatch(repeats: options.repeats, budget: 6).time {
        do { try step() } catch { failure = error }
      }
      if let failure { throw failure }
      report.results.append(("n=\(count)", timing.json))
      var facts: [(String, JSONValue)] = [
        ("newton_steps", JSONValue(steps)),
        ("bytes_per_asset", JSONValue(Double(bytes / count))),
      ]
      if let previous {
        let exponent =
          log(timing.least / previous.least) / log(Double(count) / Double(previous.count))
        facts.append(("exponent", JSONValue(rounded(exponent, decimals: 2))))
      }
      previous = (count, timing.least)
      report.reference.append(("n=\(count)", JSONValue(object: facts)))
    }
    return report
  }

  /// Loadings of the first factor 1 ± 0.1, of the others ± 0.3; idiosyncratic variances 0.5 to 1.5.
  private static func inputs(_ n: Int) -> (Tape, [Variable]) {
    let k = factorCount
    var generator = PeerGenerator(seed: 31)
    let z = generator.normals(n * k)
    let loadings = z.indices.map { $0 % k == 0 ? 1 + 0.1 * z[$0] : 0.3 * z[$0] }
    let idiosyncratic = (0..<n).map { _ in 0.5 + generator.uniform() }
    let budgets = (0..<n).map { _ in 0.5 + generator.uniform() }
    var factors = [Double](repeating: 0, count: k * k)
    for a in 0..<k { factors[a * k + a] = 1 }
    let tape = Tape()
    return (
      tape,
      [
        (loadings, Shape(1, n, k)), (factors, Shape(1, k, k)), (idiosyncratic, Shape(1, n)),
        (budgets, Shape(1, n)),
      ].map { tape.variable(Tensor(converting: $0.0, shape: $0.1)) }
    )
  }
}
