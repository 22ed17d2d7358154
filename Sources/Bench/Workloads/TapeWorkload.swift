import Autodiff
import Train

/// A chain of 10 000 additions and multiplications on the tape, forward and backward: what an
/// operation costs beside its arithmetic.
enum TapeWorkload: Workload {
  static let name = "tape"
  static let summary = "chain of 10 000 small operations, nodes per second, forward and backward"
  static let cases = ["width1", "width64"]
  private static let nodes = 10_000

  static func run(_ options: Options) -> Report {
    var report = Report()
    for name in cases where options.wants(name) {
      let shape = Shape(name == "width1" ? 1 : 64)
      let tape = Tape()
      let x = tape.variable(Tensor(repeating: 0.5, shape: shape))
      let y = tape.variable(Tensor(repeating: 0.25, shape: shape))
      let one = Tensor(repeating: 1, shape: shape)
      let mark = tape.mark
      let timing = Stopwatch.micro.time {
        var z = x
        for _ in 0..<nodes / 2 { z = z * y + x }
        tape.backward(from: z, cotangent: one)
        tape.rewind(to: mark)
      }
      let nanoseconds = timing.median * 1e6 / Double(nodes)
      report.results.append(
        (
          name,
          [
            "ns_per_node": JSONValue(rounded(nanoseconds, decimals: 1)),
            "best": JSONValue(rounded(timing.least * 1e6 / Double(nodes), decimals: 1)),
            "nodes_per_second": JSONValue((1e9 / nanoseconds).rounded()),
          ]
        ))
    }
    return report
  }
}
