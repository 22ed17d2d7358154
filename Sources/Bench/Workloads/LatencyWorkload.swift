import Autodiff
import Train

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// W5: the latency of one decision, see ``DecisionLatency``, and how it grows with the assets.
enum LatencyWorkload: Workload {
  static let name = "W5"
  static let summary = "latency of one decision, and of attention alone; growth with the assets"
  static let cases = ["cold", "kept", "linear", "attention"]

  private static let sizes = [25, 50, 100, 200, 400, 800, 1600, 3200, 6400]

  /// The first five weights and the sum of squares, in double precision.
  private static let reference: [Int: (weights: [Double], squares: Double)] = [
    25: (
      [0.089173403321, 0.037216062260, 0.011706736870, 0.112401505142, 0.020020983503],
      6.558231977539e-02
    ),
    50: (
      [0.047192859989, 0.099407359992, 0.023388445246, 0.006255083553, 0.007635851558],
      4.139215944859e-02
    ),
    100: (
      [0.006929009371, 0.016682927533, 0.028338685481, 0.004166283646, 0.011430229949],
      1.699400945660e-02
    ),
    200: (
      [0.001464196145, 0.001657909628, 0.006272995768, 0.002829054139, 0.006030384972],
      9.746263364051e-03
    ),
    400: (
      [0.000811426490, 0.001640981063, 0.002394507787, 0.001187989551, 0.000688395306],
      4.243204771792e-03
    ),
  ]

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    let pool = options.threads > 1 ? ThreadPool(threads: options.threads) : nil
    let watch = Stopwatch(repeats: options.repeats, budget: 4)
    var failure: (any Error)?
    func time(_ body: () throws -> Void) throws -> Stopwatch.Timing {
      let timing = watch.time(warm: 2, inner: 1) {
        do { try body() } catch { failure = error }
      }
      if let failure { throw failure }
      return timing
    }
    if options.wants("cold") {
      for (n, expected) in reference.sorted(by: { $0.key < $1.key }) {
        let latency = DecisionLatency(assets: n, threads: pool)
        let found = try latency.cold()
        report.results.append(("cold N=\(n)", try time { _ = try latency.cold() }.json))
        let squares = found.reduce(0) { $0 + $1 * $1 }
        let error = zip(found, expected.weights).map { abs($0 - $1) }.max() ?? .infinity
        let allowed = MemoryLayout<Scalar>.size == 8 ? 1e-10 : 1e-5
        report.reference.append(
          (
            "N=\(n)",
            [
              "error": JSONValue(error), "sum_of_squares": JSONValue(squares),
              "agrees": JSONValue(
                error <= allowed && abs(squares / expected.squares - 1) <= 1e4 * allowed),
            ]
          ))
      }
    }
    if options.wants("kept") {
      for n in sizes.prefix(5) {
        let latency = DecisionLatency(assets: n, threads: pool)
        let state = latency.warmState()
        report.results.append(("kept N=\(n)", try time { _ = try latency.kept(state) }.json))
      }
    }
    if options.wants("linear") {
      var times: [Double] = []
      for n in sizes {
        let latency = DecisionLatency(assets: n, threads: pool)
        let timing = try time { _ = try latency.linear() }
        times.append(timing.processor)
        report.results.append(("linear N=\(n)", timing.json))
      }
      report.results.append(("linear exponent", exponents(sizes, times)))
    }
    if options.wants("attention") {
      var (times, dense): ([Double], [Double]) = ([], [])
      for n in sizes {
        let attention = AttentionScaling(assets: n, threads: pool)
        let timing = try time { attention.gathered() }
        times.append(timing.processor)
        report.results.append(("attention N=\(n), 21 dates", timing.json))
        // Beyond, the scores alone take more than a gigabyte.
        guard n <= 1600 else { continue }
        let full = try time { attention.dense() }
        dense.append(full.processor)
        report.results.append(("dense attention N=\(n), 1 date", full.json))
      }
      report.results.append(("attention exponent", exponents(sizes, times)))
      report.results.append(
        ("dense attention exponent", exponents(Array(sizes.prefix(dense.count)), dense)))
    }
    return report
  }

  /// The slopes of the logarithm of the processor time over that of the assets: over all sizes, and over the
  /// upper half, where fixed costs no longer hide it.
  private static func exponents(_ sizes: [Int], _ times: [Double]) -> JSONValue {
    func slope(_ first: Int) -> Double {
      let (x, y) = (
        sizes[first...].map { log(Double($0)) }, times[first...].map { log($0) }
      )
      let n = Double(x.count)
      let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
      let top = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
      return top / x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    }
    return [
      "all": JSONValue(rounded(slope(0), decimals: 3)),
      "upper_half": JSONValue(rounded(slope(sizes.count / 2), decimals: 3)),
    ]
  }
}
