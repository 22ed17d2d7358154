internal import Finance
internal import Foundation

/// `train init`: a config for somebody's own data.
enum InitCommand {
  static let declaration = CommandLineCommand(
    "init", "write a commented config for your own prices (and indicators)",
    discussion: """
      Looks at the files: frequency, columns fit to invest in, gaps, a column of cash; chooses features, \
      covariance and folds by their length. The config runs as it stands, and says in comments what was \
      found and what you may want to change.

      Prices are any CSV that 'train check' reads: a column of dates and one per asset, or a row per date and \
      asset; total-return levels are best. What a file leaves open is settled by --csv and written into the \
      config.
      """,
    operands: [
      .required("PRICES.csv", "your prices"),
      .optional("INDICATORS.csv", "your indicators, dated by publication"),
    ],
    options: [
      .value(
        "output", "FILE.json",
        "where to write the config (default: beside you, named after the prices)"),
      CSVOptions.option,
    ],
    examples: [
      ("train init prices.csv", "writes prices.json"),
      ("train init prices.csv macro.csv --output mine.json && train mine.json", ""),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let prices = arguments.operand("PRICES.csv") ?? ""
    let indicators = arguments.operand("INDICATORS.csv")
    let file = prices.split(separator: "/").last.map(String.init) ?? prices
    let base = file.hasSuffix(".csv") ? String(file.dropLast(4)) : file
    let output = arguments.string("output") ?? base + ".json"
    guard !FileManager.default.fileExists(atPath: output) else {
      throw UsageError(
        "\(output): exists already; name another file by --output", command: arguments.title)
    }
    let format = try CSVOptions.format(arguments)
    let profile = try DataProfile(try CSVPanelReader.read(prices, format: format))
    let draft = try ConfigDraft(
      profile, name: base, prices: reference(to: prices, from: output),
      indicators: try indicators.map { try CSVPanelReader.read($0, format: format) },
      indicatorsPath: indicators.map { reference(to: $0, from: output) } ?? "",
      format: format)
    try AtomicFile.write(draft.text, to: output)
    let problem: Problem
    do {
      let loaded = try LoadedExperiment(config: output)
      problem = try loaded.problem()
      try problem.checkModel()
    } catch {
      // A config that does not run is worse than none.
      try? FileManager.default.removeItem(atPath: output)
      throw error
    }
    let dates = problem.data.dates
    let (first, last) = (problem.tested.lowerBound, problem.tested.upperBound - 1)
    print(
      """
      \(output): \(problem.assetCount) assets (\(profile.assets.joined(separator: ", "))), \
      \(profile.frequency.rawValue) rows, \(problem.rows.count) decisions, \(problem.folds.count) folds, \
      tested \(dates[problem.rows[first]]) to \(dates[problem.rows[last]])
      """)
    for column in profile.columns {
      if let reason = column.reason { print("left out: \(column.name) \(reason)") }
    }
    for note in problem.notes { print("note: \(note)") }
    print("next: train check \(output), then train run \(output)")
  }

  /// A data path as a config in another folder has to name it: paths are relative to the config's folder.
  private static func reference(to path: String, from config: String) -> String {
    guard config.contains("/"), !path.hasPrefix("/") else { return path }
    return FileManager.default.currentDirectoryPath + "/" + path
  }
}
