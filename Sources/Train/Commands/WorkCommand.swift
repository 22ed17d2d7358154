internal import Foundation

/// `train work`: a share of a planned run.
enum WorkCommand {
  static let declaration = CommandLineCommand(
    "work", "do a share of a planned run's units, skipping what is done",
    discussion: """
      Start it on as many machines as you like, all seeing the same run directory: with --shard each \
      does its share, without it all of them take whatever is left. Nothing else is needed: no \
      scheduler, no server. A unit that another worker is busy with is waited for, and taken over when \
      that worker has been silent for \(Int(Runner.standardStaleAfter)) seconds or is known to be gone.

      In a Slurm array the share comes from SLURM_ARRAY_TASK_ID and its companions, the number of \
      threads from SLURM_CPUS_PER_TASK.

      Refused on a machine that would compute something else: another executable, instruction set, C \
      library, config or data.
      """,
    operands: [
      .required(
        "RUN", "the directory made by 'train plan --output RUN' or 'train search --output RUN'")
    ],
    options: [
      .value("shard", "i/n", "do every n-th unit, starting with the i-th"),
      CommonOptions.threads,
      .value(
        "stale", "SECONDS",
        "take a unit over whose worker was silent for so long (default: "
          + "\(Int(Runner.standardStaleAfter)))"),
    ] + Console.options,
    examples: [
      ("train work runs/q", "everything that is left"),
      ("train work runs/q --shard 3/8 --threads 1", "the third of eight shares"),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let console = try Console(arguments)
    let shard: Shard
    if let text = arguments.string("shard") {
      shard = try Shard(parsing: text)
    } else {
      shard = try Shard(slurm: ProcessInfo.processInfo.environment)
    }
    let threads = try CommonOptions.threads(arguments)
    let stale =
      try arguments.double("stale", in: .above(0, upTo: 1e6)) ?? Runner.standardStaleAfter
    let directory = try RunDirectory.existing(arguments.operand("RUN") ?? ".")
    if SearchRun.isSearch(directory) {
      return try SearchCommand.work(
        try SearchRun(opening: directory.path), shard: shard, threads: threads, console,
        staleAfter: stale)
    }
    let run = try PlannedRun(opening: directory.path)
    let share = run.share(shard)
    try RunCommand.work(run, share, threads: threads, console, staleAfter: stale)
    let left = run.works.filter { !run.directory.exists(run.directory.record($0.unit, $0.stage)) }
    console.finish(
      "\(run.directory.path): share \(shard.index)/\(shard.count) done (\(share.count) units); "
        + (left.isEmpty
          ? "all is done, next: train merge \(run.directory.path)"
          : "\(left.count) units are left to others"),
      [
        ("directory", JSONValue(run.directory.path)), ("share", JSONValue(shard.index)),
        ("shares", JSONValue(shard.count)), ("units", JSONValue(share.count)),
        ("left", JSONValue(left.count)),
      ])
  }
}
