internal import Finance

/// `train check`: what a config would do, and whether it looks ahead.
enum CheckCommand {
  static let declaration = CommandLineCommand(
    "check", "check an experiment's config, data and folds, and that it does not look ahead",
    discussion: """
      Writes nothing. The leak test replaces everything after a date by noise and requires that \
      every feature, covariance, trained parameter, weight and return up to that date keeps its \
      bits; it trains a few networks for \(LeakTest.epochs) epochs to include training itself. \
      Combinatorial folds train on decisions after their tests; there training is left out, which is said.
      """,
    operands: [.optional("CONFIG.json", "the experiment (default: Experiments/quickstart.json)")],
    options: [CommonOptions.set, CommonOptions.seed],
    examples: [("train check Experiments/us-multi-asset.json", "")])

  static func run(_ arguments: CommandLineArguments) throws {
    let path = arguments.operand("CONFIG.json") ?? "Experiments/quickstart.json"
    let loaded = try LoadedExperiment(
      config: path, overrides: try CommonOptions.overrides(arguments))
    let problem = try loaded.problem()
    let blocks = try problem.checkModel()
    print(facts(loaded, problem))
    print(table(blocks, total: "model"))
    for (target, blocks) in try problem.forecasterBlocks() {
      print("\(target.rawValue), for baselines that forecast first and optimise then:")
      print(table(blocks, total: "forecaster"))
    }
    print(folds(problem))
    print(calendar(problem))
    var leaks: [String] = []
    for outcome in try LeakTest(problem: problem).run() {
      print(leakTest(outcome))
      leaks += outcome.differences
    }
    guard leaks.isEmpty else { throw LeakError(differences: leaks) }
  }

  /// One cut of the leak test: what was compared, what was not, what differed.
  static func leakTest(_ outcome: LeakTest.Outcome) -> String {
    let verdict =
      outcome.differences.isEmpty
      ? "nothing changed (\(outcome.compared) numbers compared)"
      : "LEAK: " + outcome.differences.joined(separator: "; ")
    let (decisions, after) = outcome.training
    let omission =
      after == 0
      ? ""
      : "; training is left out: \(after) of the fold's \(decisions) training decisions follow the date"
    let pool = outcome.trainingEnd.map { ", of the pool after \($0)" } ?? ""
    return "leak test, fold \(outcome.fold + 1), data after \(outcome.date)\(pool) replaced: "
      + verdict + omission
  }

  static func facts(_ loaded: LoadedExperiment, _ problem: Problem) -> String {
    let (data, experiment) = (problem.data, problem.experiment)
    var table = TextTable([.left(""), .left("")])
    table.append(["experiment", experiment.name])
    for file in loaded.files {
      table.append([file.key, "\(file.path) (sha256 \(file.sha256.prefix(12))…)"])
    }
    table.append(["assets", data.assets.joined(separator: ", ")])
    table.append(["cash", experiment.data.cash ?? "earns nothing"])
    table.append([
      "rows", "\(data.dates.count), \(data.dates[0]) to \(data.dates[data.dates.count - 1])",
    ])
    for note in problem.notes { table.append(["note", note]) }
    let step = experiment.decisions.every
    table.append([
      "decisions",
      "\(problem.rows.count), every \(step == 1 ? "row" : "\(step) rows") from "
        + "\(data.dates[problem.rows[0]]), traded "
        + experiment.execution.delay,
    ])
    for universe in problem.pool {
      let (own, settings) = (universe.problem, universe.settings)
      table.append([
        "pool",
        "\(settings.name), weight \(settings.weight), \(own.rows.count) decisions from \(own.date(0)): "
          + own.data.assets.joined(separator: ", "),
      ])
      for note in own.notes { table.append(["note", "\(settings.name): \(note)"]) }
    }
    table.append([
      "features",
      (problem.features.assetNames + problem.features.marketNames).joined(separator: ", "),
    ])
    table.append([
      "ensemble",
      experiment.strategy != nil
        ? "none: a rule decides"
        : "\(experiment.networkCount) "
          + (experiment.networkCount == 1 ? "member" : "members")
          + (experiment.folds.plan.validationBlocks.map {
            ", network k validates on block k of \($0) and trains on the others"
          } ?? ""),
    ])
    return table.text
  }

  /// An assembled model or forecaster: its blocks in the order of the data's flow.
  private static func table(_ blocks: [BlockSummary], total: String) -> String {
    var table = TextTable([
      .left("block"), .left("what"), .left("gives"), .right("parameters"),
      .right("multiply-adds per decision"),
    ])
    for block in blocks {
      table.append([
        block.name, block.kind, block.output, String(block.parameters),
        String(block.multiplyAdds),
      ])
    }
    let parameters = blocks.reduce(0) { $0 + $1.parameters }
    let work = blocks.reduce(0) { $0 + $1.multiplyAdds }
    table.append([total, "", "", String(parameters), String(work)])
    return table.text
  }

  private static func calendar(_ problem: Problem) -> String {
    let terminal = TerminalOutput.standardOutput()
    return FoldCalendar(
      folds: problem.folds, dates: problem.rows.map { problem.data.dates[$0] },
      width: min(terminal.width, 120), isUnicode: terminal.isUnicode,
      isColoured: terminal.isColoured
    ).text
  }

  static func folds(_ problem: Problem) -> String {
    func period(_ range: Range<Int>, of problem: Problem) -> String {
      "\(problem.date(range.lowerBound))…\(problem.date(range.upperBound - 1)) (\(range.count))"
    }
    func periods(_ parts: [Range<Int>], of problem: Problem) -> String {
      parts.isEmpty ? "none" : parts.map { period($0, of: problem) }.joined(separator: " ")
    }
    var table = TextTable(
      [.right("fold"), .left("train"), .left("validation"), .left("test")]
        + problem.pool.map { .left("train on \($0.settings.name)") })
    for fold in problem.folds {
      for (name, split) in fold.namedSplits {
        table.append(
          [
            name, periods(split.trainParts, of: problem), period(split.validation, of: problem),
            periods(fold.testParts, of: problem),
          ]
            + problem.pool.map {
              periods($0.trainParts(beside: split, in: problem), of: $0.problem)
            })
      }
    }
    return table.text
  }
}

/// An experiment that looks ahead: a fault of the program.
struct LeakError: Error, CustomStringConvertible {
  let differences: [String]

  var description: String {
    "the leak test failed: \(differences.joined(separator: "; ")); please report this with the config"
  }
}
