import Autodiff
import KernelInterface
import Kernels
import Train

/// Transcendental functions over 4096 numbers in the first-level cache.
enum FunctionWorkload: Workload {
  static let name = "functions"
  static let summary = "transcendental functions, ns per element"
  static let cases = functions.map { $0.name }

  private typealias Function = (Int, Source, Target) -> Void

  private static let functions: [(name: String, low: Double, high: Double)] = [
    ("exp", -8, 8), ("log", 0.01, 41), ("tanh", -8, 8), ("sigmoid", -8, 8), ("elu", -8, 8),
    ("softplus", -8, 8),
  ]

  private static func kernel(_ name: String) -> Function {
    switch name {
    case "exp": { kernels.exp($0, $1, into: $2) }
    case "log": { kernels.log($0, $1, into: $2) }
    case "tanh": { kernels.tanh($0, $1, into: $2) }
    case "sigmoid": { kernels.sigmoid($0, $1, into: $2) }
    case "elu": { kernels.elu($0, $1, into: $2) }
    default: { kernels.softplus($0, $1, into: $2) }
    }
  }

  static func run(_ options: Options) -> Report {
    let count = 4096
    var report = Report()
    var y = [Element](repeating: 0, count: count)
    for function in functions where options.wants(function.name) {
      let width = (function.high - function.low) / Double(count)
      let x = (0..<count).map { Element(function.low + width * (Double($0) + 0.5)) }
      let kernel = kernel(function.name)
      let timing = Stopwatch.micro.time { kernel(count, x, &y) }
      let scale = 1e6 / Double(count)
      report.results.append(
        (
          function.name,
          [
            "ns_per_element": JSONValue(rounded(timing.median * scale, decimals: 3)),
            "best": JSONValue(rounded(timing.least * scale, decimals: 3)),
          ]
        ))
    }
    return report
  }
}
