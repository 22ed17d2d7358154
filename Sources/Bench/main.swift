import Autodiff
import Kernels
import Train

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

// `swift run bench` measures the engine; with --json every workload prints one object in the form
// that the programs it is compared with print, so that a script can lay them side by side.

let workloads: [any Workload.Type] = [
  LSTMWorkload.self, ProductWorkload.self, FunctionWorkload.self, TapeWorkload.self,
  AllocationWorkload.self, StartWorkload.self, RiskBudgetWorkload.self,
  RiskBudgetLayerWorkload.self, FactorWorkload.self, ConstrainedWorkload.self,
  EstimatorWorkload.self, CSVWorkload.self, DecisionWorkload.self, LatencyWorkload.self,
  MonteCarloWorkload.self,
]

/// The largest memory the process has held, in MB.
func peakMemory() -> Int {
  var usage = rusage()
  #if canImport(Darwin)
    getrusage(RUSAGE_SELF, &usage)
    return Int(usage.ru_maxrss) >> 20
  #else
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) >> 10
  #endif
}

func printTable(_ name: String, _ report: Report) {
  print("\(name) (\(InstructionSet.active.rawValue), \(Scalar.self))")
  for (title, rows) in [("", report.results), ("reference ", report.reference)] {
    for row in rows { print("  \(title)\(row.name): \(row.value.text(.compact))") }
  }
}

do {
  let options = try Options(Array(CommandLine.arguments.dropFirst()))
  if options.firstStep {
    StartWorkload.firstStep()
    exit(0)
  }
  let wanted =
    try options.workloads.isEmpty
    ? workloads
    : options.workloads.map { name in
      guard let found = workloads.first(where: { $0.name == name }) else {
        let names = workloads.map { $0.name }.joined(separator: ", ")
        throw BenchError("there is no workload '\(name)'; choose from \(names)")
      }
      return found
    }
  if let name = options.onlyCase, !wanted.contains(where: { $0.cases.contains(name) }) {
    throw BenchError("no workload asked for has a case '\(name)'; --list shows them")
  }
  for workload in wanted {
    if options.list {
      print("\(workload.name): \(workload.summary) [\(workload.cases.joined(separator: ", "))]")
      continue
    }
    let report = try workload.run(options)
    guard options.json else {
      printTable(workload.name, report)
      continue
    }
    let object = JSONValue(object: [
      ("workload", JSONValue(workload.name)), ("peer", "keel"),
      ("dtype", MemoryLayout<Scalar>.size == 8 ? "float64" : "float32"),
      ("threads", JSONValue(options.threads)),
      ("instruction_set", JSONValue(InstructionSet.active.rawValue)),
      ("results", JSONValue(object: report.results.map { ($0.name, $0.value) })),
      ("reference", JSONValue(object: report.reference.map { ($0.name, $0.value) })),
      ("peak_rss_mb", JSONValue(peakMemory())),
    ])
    print(object.text(.compact))
  }
} catch {
  let message = "bench: \(error)\n\(Options.usage)\n"
  _ = message.withCString { write(2, $0, strlen($0)) }
  exit(2)
}
