internal import Finance

/// `train stress`: a run's trained model where something else is changed.
enum StressCommand {
  static let declaration = CommandLineCommand(
    "stress",
    "stress a run: costs, rhythm, lag, noise, missing inputs, simulated and replayed markets",
    discussion: """
      Nothing is trained: the networks of the run decide again. On the tested history: costs of 0 to 50 \
      basis points, trading from daily to quarterly, longer lags, other measures of risk, missing and noisy \
      inputs, volatility forecasts off by ±5 to ±30 %. Beyond the data: simulated years with regimes, the \
      known shocks of history replayed from the last date, and a correlation breakdown of stocks and bonds \
      (needs report.equities and report.bonds in the config).

      Every part leaves a file in RUN/stress; an interrupted test goes on where it stopped. The results go to \
      stress.json, stress.csv and the report. They are the same for any number of threads.
      """,
    operands: [.required("RUN", "the run directory")],
    options: [
      .value(
        "only", "FAMILY,…",
        StressUnit.Family.allCases.map(\.rawValue).joined(separator: ", ")
          + " (default: all)"),
      .value("paths", "N", "simulated futures (default: 10000)"),
      .value("rows", "N", "rows of each simulated future (default: 252)"),
      .value("draws", "N", "random draws behind each level of noise (default: 20)"),
      CommonOptions.threads,
    ] + Console.options,
    examples: [
      ("train stress runs/quickstart", ""),
      ("train stress runs/quickstart --only costs,lag", "a part of it, in seconds"),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let console = try Console(arguments)
    let threads = try CommonOptions.threads(arguments)
    var plan = StressPlan()
    if let text = arguments.string("only") {
      let words = StressUnit.Family.allCases.map(\.rawValue)
      let chosen: [StressUnit.Family] = try text.split(separator: ",").map { word in
        guard let family = StressUnit.Family(rawValue: String(word)) else {
          throw UsageError(
            "--only is '\(word)'; expected some of \(words.joined(separator: ", "))"
              + Spelling.hint(for: String(word), among: words), command: arguments.title)
        }
        return family
      }
      guard !chosen.isEmpty else {
        throw UsageError(
          "--only is empty; expected some of \(words.joined(separator: ", "))",
          command: arguments.title)
      }
      // Each once, however often it is named.
      plan.families = StressUnit.Family.allCases.filter(chosen.contains)
    }
    plan.paths = try arguments.int("paths", in: 1...10_000_000) ?? plan.paths
    plan.rows = try arguments.int("rows", in: 20...100_000) ?? plan.rows
    plan.draws = try arguments.int("draws", in: 1...100_000) ?? plan.draws
    let run = try FinishedRun(arguments.operand("RUN") ?? ".")
    console.warn(run.warnings)
    let test = try StressTest(run, plan: plan)
    let progress = console.progress("stress", total: test.units.count)
    let result: StressResult
    do {
      result = try test.perform(threads: threads, progress: progress)
    } catch {
      progress.finish(status: "stopped")
      throw error
    }
    progress.finish(status: "")
    try run.report().document.write(to: run.directory.report)
    console.finish(
      "report: \(run.directory.report)", table: table(result),
      [
        ("directory", JSONValue(run.directory.path)), ("report", JSONValue(run.directory.report)),
        ("table", JSONValue(run.directory.file("stress.csv"))),
      ])
  }

  private static func table(_ result: StressResult) -> String {
    func percent(_ value: Double) -> String { NumberText.fixed(100 * value, digits: 1) }
    var text = ""
    if !result.figures.isEmpty {
      var table = TextTable([
        .left("scenario"), .left("strategy"), .right("Sharpe"), .right("return %"),
        .right("volatility %"), .right("max drawdown %"), .right("turnover/y"),
      ])
      for (index, (_, rows)) in result.figures.enumerated() {
        if index > 0 { table.appendRule() }
        for row in rows {
          table.append([
            row.scenario, row.strategy, NumberText.fixed(row.sharpeRatio, digits: 3),
            percent(row.annualReturn), percent(row.annualVolatility),
            percent(row.maximumDrawdown), NumberText.fixed(row.turnoverPerYear, digits: 2),
          ])
        }
      }
      text += table.text
    }
    guard !result.futures.isEmpty else { return text }
    var table = TextTable([
      .left("future"), .left("strategy"), .right("paths"), .right("median return %"),
      .right("5 %"), .right("95 %"), .right("median drawdown %"), .right("1 in 20 %"),
    ])
    for (index, (_, rows)) in result.futures.enumerated() {
      if index > 0 { table.appendRule() }
      for row in rows {
        let last = row.wealth.last ?? [Double](repeating: 1, count: 7)
        table.append([
          row.scenario, row.strategy, String(row.paths), percent(last[3] - 1),
          percent(last[1] - 1), percent(last[5] - 1), percent(row.drawdown[3]),
          percent(row.drawdown[5]),
        ])
      }
    }
    return text + (text.isEmpty ? "" : "\n") + table.text
  }
}
