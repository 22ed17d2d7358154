internal import Foundation

/// `train plan`: the units of a run, what they cost, and how to share them out.
enum PlanCommand {
  private enum Format: String, CaseIterable {
    case table
    case json
    case slurm
  }

  static let declaration = CommandLineCommand(
    "plan", "list an experiment's units of work with their cost, and set up a run to share out",
    discussion: """
      A unit is one network in one fold. Units are independent: any number of processes may do them, \
      on machines that see the same run directory ('train work'); 'train merge' then builds what 'train \
      run' would have built, to the same bits.

      Costs are estimated from a few epochs on this machine and assume that no unit stops early. With \
      --output the run directory is made; without it nothing is written.

      The program, the instruction set and the data of the plan are those of the run: workers start \
      the same executable, and nodes of several kinds need execution.instructionSet in the config.
      """,
    operands: [.optional("CONFIG.json", "the experiment (default: Experiments/quickstart.json)")],
    options: [
      CommonOptions.set, CommonOptions.seed,
      .value("output", "DIR", "make the run there, into a new directory"),
      .value("shards", "N", "the number of shares to plan for (default: 1)"),
      .value(
        "format", "table|json|slurm",
        "how to print; slurm gives the options of sbatch, array and time limit (default: table)"),
    ],
    examples: [
      ("train plan Experiments/quickstart.json", "what it would cost"),
      (
        "train plan Experiments/quickstart.json --output runs/q --shards 8",
        "sets up runs/q for eight workers: train work runs/q --shard 1/8, …"
      ),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let shards = try arguments.int("shards", in: 1...1_000_000) ?? 1
    let format = try arguments.choice("format", of: Format.self) ?? .table
    let config = arguments.operand("CONFIG.json") ?? "Experiments/quickstart.json"
    let overrides = try CommonOptions.overrides(arguments)
    let problem: Problem
    if let output = arguments.string("output") {
      problem = try PlannedRun(planning: config, overrides: overrides, output: output).problem
    } else {
      let loaded = try LoadedExperiment(config: config, overrides: overrides)
      problem = try loaded.problem()
      try problem.checkModel()
    }
    let cost = try CostEstimate(problem)
    let limit = cost.limitInMinutes(of: shards)
    switch format {
    case .slurm:
      print("--array=1-\(shards) --time=\(limit)")
    case .json:
      print(json(problem, cost, shards: shards).text(), terminator: "")
    case .table:
      print(table(problem, cost), terminator: "")
      let total = cost.seconds.reduce(0, +)
      print(
        """
        \(problem.units.count) unit\(problem.units.count == 1 ? "" : "s"), at most \(ProgressBar.duration(total)) of one core; the largest \
        of \(shards) share\(shards == 1 ? "" : "s"): \
        \(ProgressBar.duration(cost.largestShare(of: shards))), time limit \(limit) minutes
        """)
      if let output = arguments.string("output") {
        print("run directory: \(output); next: train work \(output) --shard 1/\(shards), …")
      }
    }
  }

  private static func table(_ problem: Problem, _ cost: CostEstimate) -> String {
    var table = TextTable([.left("unit"), .right("decisions"), .right("seconds, at most")])
    for (unit, seconds) in zip(problem.units, cost.seconds) {
      table.append([
        unit.path, String(Int(CostEstimate.decisions(unit))),
        NumberText.fixed(seconds, digits: 2),
      ])
    }
    return table.text
  }

  private static func json(_ problem: Problem, _ cost: CostEstimate, shards: Int) -> JSONValue {
    JSONValue(object: [
      (
        "units",
        JSONValue(
          .array(
            zip(problem.units, cost.seconds).map {
              JSONValue(object: [("unit", JSONValue($0.path)), ("seconds", JSONValue($1))])
            }))
      ),
      ("seconds", JSONValue(cost.seconds.reduce(0, +))),
      ("shards", JSONValue(shards)),
      ("largestShareSeconds", JSONValue(cost.largestShare(of: shards))),
      ("limitMinutes", JSONValue(cost.limitInMinutes(of: shards))),
    ])
  }
}
