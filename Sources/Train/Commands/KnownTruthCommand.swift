internal import Finance
internal import Foundation

/// `train known-truth`: whether training finds what is known to be there.
enum KnownTruthCommand {
  static let declaration = CommandLineCommand(
    "known-truth", "repeat an experiment on simulated markets and judge it by the true moments",
    discussion: """
      The config has data.simulated and a section 'study': variants of the experiment and data seeds. \
      Each variant is trained and tested on the data of each seed; the Sharpe ratio of its test is \
      computed from the moments that the data were drawn from, so that no luck of the test is in it. \
      Paired t tests over the seeds compare it with equal risk and with learned constant budgets on \
      the same data.

      Results are kept by seed in DIR/cells.jsonl; an interrupted study goes on where it was, and \
      other variants or seeds are added to it. The tables are in DIR/tables.md.
      """,
    operands: [.required("CONFIG.json", "the experiment")],
    options: [
      CommonOptions.set, CommonOptions.seed, CommonOptions.threads,
      .value("output", "DIR", "where results are kept (default: runs/NAME-known-truth)"),
    ] + Console.options,
    examples: [
      ("train known-truth Experiments/usim7.json", "constants and networks on USIM-7"),
      (
        "train known-truth Experiments/usim7s.json --set study.seeds=5",
        "a first look, on five data seeds"
      ),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let console = try Console(arguments)
    guard let path = arguments.operand("CONFIG.json") else {
      throw UsageError("known-truth needs a config")
    }
    var document = try ConfigDocument(contentsOf: path)
    for override in try CommonOptions.overrides(arguments) { try document.apply(override) }
    let experiment = try document.decode { Experiment($0) }.value
    guard let settings = experiment.study else {
      throw ExperimentError(
        "\(path): no section 'study'; state the variants and data seeds, as "
          + "Experiments/usim7.json does")
    }
    let directory = arguments.string("output") ?? "runs/\(experiment.name)-known-truth"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    let study = KnownTruthStudy(
      document: document, settings: settings, file: directory + "/cells.jsonl",
      threads: try CommonOptions.threads(arguments))
    // Faults of a variant show before anything is trained.
    for variant in settings.variants.indices {
      _ = try study.experiment(variant: variant, seed: settings.firstSeed)
    }
    console.begin(
      "known truth",
      "\(experiment.name): \(settings.variants.count) variants on \(settings.seeds) data seeds → "
        + directory,
      [
        ("name", JSONValue(experiment.name)), ("directory", JSONValue(directory)),
        ("variants", JSONValue(settings.variants.count)), ("seeds", JSONValue(settings.seeds)),
      ])
    let progress = console.progress(
      "known truth", total: settings.variants.count * settings.seeds)
    let cells: [KnownTruthStudy.Cell]
    do { cells = try study.run(progress: progress) } catch {
      progress.finish(status: "stopped")
      throw error
    }
    progress.finish(status: "")
    let table = KnownTruthTable(variants: settings.variants.map(\.name), cells: cells)
    let text =
      "Annual Sharpe ratio under the true moments, mean ± standard deviation over data seeds; "
      + "paired t tests.\n\n" + KnownTruthTable.markdown(table.sharpe)
      + "\nDrawdowns of the simulated returns; true risk relative to the day of a change into the "
      + "second regime.\n\n" + KnownTruthTable.markdown(table.drawdowns)
    try AtomicFile.write(text, to: directory + "/tables.md")
    console.finish(
      "tables: \(directory)/tables.md", table: text,
      [
        ("directory", JSONValue(directory)), ("tables", JSONValue("\(directory)/tables.md")),
        ("cells", JSONValue("\(directory)/cells.jsonl")),
      ])
  }
}
