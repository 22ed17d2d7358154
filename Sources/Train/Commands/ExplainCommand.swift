internal import Finance

/// `train explain`: which features a run's decisions come from, and how they answer to them.
enum ExplainCommand {
  static let declaration = CommandLineCommand(
    "explain", "which features a run's decisions come from (Shapley values, exact sensitivities)",
    discussion: """
      Writes attribution.csv, sensitivities.csv and explain.json into the run and renews its report.

      Shapley values share out what the features change in budgets, weights and volatility among groups \
      of features; a group left out takes the values of stretches of the training period. Up to \
      \(ShapleyValues.maximumExactPlayers) groups are exact (every coalition), more are sampled, with \
      standard errors. Sensitivities are derivatives of the weights, through the solver, at the last \
      tested decision of each fold.

      Without --group each feature is a group of its own, or each family of features where there are many.
      """,
    operands: [.required("RUN", "the run directory")],
    options: [
      .repeatable(
        "group", "NAME=FEATURE,…", "put features into one group; the rest stay by themselves"),
      .value("dates", "N", "tested dates to explain, spread evenly (default: 60)"),
      .value(
        "background", "N",
        "training stretches behind each value (default: 16, fewer for many groups)"),
      .value("orders", "N", "random orders where there are too many groups (default: 64)"),
      CommonOptions.threads,
    ] + Console.options,
    examples: [
      ("train explain runs/quickstart", ""),
      ("train explain runs/quickstart --group 'momentum=momentum(21),momentum(63)'", ""),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let console = try Console(arguments)
    let threads = try CommonOptions.threads(arguments)
    let given = try arguments.strings("group").map { text -> (name: String, members: [String]) in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw UsageError(
          "--group is '\(text)'; expected NAME=FEATURE,FEATURE", command: arguments.title)
      }
      return (parts[0], split(parts[1]))
    }
    let run = try FinishedRun(arguments.operand("RUN") ?? ".")
    console.warn(run.warnings)
    var plan = Attribution.Plan(
      groups: try FeatureGroups(run.problem.experiment.features, given: given),
      seed: UInt64(run.problem.experiment.seed))
    plan.dates = try arguments.int("dates", in: 1...1_000_000) ?? plan.dates
    plan.backgrounds = try arguments.int("background", in: 1...10_000)
    plan.orders = try arguments.int("orders", in: 2...1_000_000) ?? plan.orders
    let progress = console.progress(
      "explaining", total: run.problem.folds.count * plan.backgroundCount)
    let explanation: Explanation
    do {
      explanation = try Explanation(run, plan, threads: threads, progress: progress)
    } catch {
      progress.finish(status: "stopped")
      throw error
    }
    progress.finish(status: "")
    try explanation.write(to: run.directory)
    try RiskFactors(run.result).table.write(to: run.directory.file("risk_factors.csv"))
    try run.report().document.write(to: run.directory.report)
    console.finish(
      "report: \(run.directory.report)", table: table(explanation.attribution),
      [
        ("directory", JSONValue(run.directory.path)), ("report", JSONValue(run.directory.report)),
        ("attribution", JSONValue(run.directory.file("attribution.csv"))),
      ])
  }

  /// Names at the top level: commas inside of parentheses belong to a feature.
  static func split(_ text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      depth += character == "(" ? 1 : character == ")" ? -1 : 0
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.filter { !$0.isEmpty }
  }

  private static func table(_ attribution: Attribution) -> String {
    var table = TextTable(
      [.left("group"), .right("budget moved %")]
        + attribution.met.map { .right("\(attribution.states[$0.state]) %") } + [
          .right("volatility bp")
        ])
    for g in attribution.groups.indices {
      table.append(
        [
          attribution.groups[g],
          NumberText.fixed(100 * attribution.budgetMoved(g), digits: 2)
            + (attribution.budgetMargin(g).map {
              " ± " + NumberText.fixed(100 * $0, digits: 2)
            } ?? ""),
        ]
          + attribution.met.map {
            NumberText.fixed(100 * attribution.budgetMoved(g, in: $0.state), digits: 2)
          } + [NumberText.fixed(1e4 * attribution.volatilityMoved(g), digits: 1)])
    }
    return table.text
      + "shares sum to the difference on every date, to "
      + "\(attribution.inefficiency)\n"
  }
}
