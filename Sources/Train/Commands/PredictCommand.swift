internal import Autodiff
internal import Finance

/// `train predict`: the weights a trained run decides today.
enum PredictCommand {
  private enum Format: String, CaseIterable {
    case table
    case csv
    case json
  }

  static let declaration = CommandLineCommand(
    "predict", "the weights a trained run decides at the last row of your newest data",
    discussion: """
      The networks of the run's last fold decide. The data must have the columns of the run, at \
      the same frequency and in the same units; without --prices the run's own files are read again. Where \
      the run reads several files, give as many, in the same order.
      """,
    operands: [.required("RUN", "the run directory")],
    options: [
      .repeatable("prices", "FILE", "prices up to today, with the columns of the run"),
      .repeatable("indicators", "FILE", "indicators up to today, if the run uses any"),
      .repeatable(
        "holding", "NAME=WEIGHT",
        "what you hold now, as a fraction of wealth; prints the trades to get there"),
      .value("format", "table|csv|json", "how to print (default: table)"),
    ],
    examples: [
      ("train predict runs/quickstart --prices today.csv", ""),
      ("train predict runs/two --prices stocks.csv --prices bonds.csv", "a run on two files"),
      ("train predict runs/quickstart --holding SP500=0.3 --holding GOLD=0.2 --format json", ""),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let directory = try RunDirectory.existing(arguments.operand("RUN") ?? ".")
    let provenance = try Provenance(contentsOf: directory.provenance)
    let config = try ConfigDocument(contentsOf: directory.config).root
    let overrides = overrides(arguments, config["data"])
    // A file named on the command line is relative to here, the run's own to the run's folder.
    let loaded = try LoadedExperiment(
      config: directory.config, overrides: overrides, folder: provenance.folder,
      here: Set(["prices", "indicators"].filter { arguments.has($0) }), throughEnd: true)
    guard provenance.scalar == "\(Scalar.self)" else {
      throw ExperimentError(
        "\(directory.path) was trained in \(provenance.scalar), this program computes in "
          + "\(Scalar.self); use a program built with the same traits, or convert the run by 'train "
          + "convert \(directory.path)'")
    }
    if provenance.version != ProgramIdentity.version {
      Console().warn([
        "\(directory.path) was trained by version \(provenance.version), this is version "
          + ProgramIdentity.version
      ])
    }
    try provenance.character.requireSimilar(
      loaded.data, source: loaded.files.first?.path ?? "prices")
    CSVOptions.note(loaded.data.notes)
    let prediction = try Prediction(loaded.experiment, run: directory, data: loaded.data)
    let holdings = try holdings(arguments, prediction.assets)
    switch try arguments.choice("format", of: Format.self) ?? .table {
    case .table: print(table(prediction, holdings), terminator: "")
    case .csv:
      CSVOptions.note(waiting(prediction))
      print(csv(prediction, holdings), terminator: "")
    case .json: print(json(prediction, holdings).text(), terminator: "")
    }
  }

  /// The run's data settings with other files, each written like the run's file in its place.
  static func overrides(
    _ arguments: CommandLineArguments, _ data: JSONValue?
  ) -> [ConfigOverride] {
    var overrides: [ConfigOverride] = []
    let written = data?["formats"]?.members ?? []
    var formats = written
    for key in ["prices", "indicators"] where arguments.has(key) {
      let given = arguments.strings(key)
      let value = data?[key]
      let own = value?.elements?.compactMap(\.string) ?? [value?.string].compactMap { $0 }
      formats = formats.compactMap { format in
        guard let index = own.firstIndex(of: format.key) else { return format }
        return index < given.count ? JSONValue.Member(given[index], format.value) : nil
      }
      overrides.append(
        ConfigOverride(
          keys: ["data", key], value: given.count == 1 ? JSONValue(given[0]) : JSONValue(given)))
    }
    if !overrides.isEmpty, !written.isEmpty {
      overrides.append(
        ConfigOverride(keys: ["data", "formats"], value: JSONValue(.object(formats))))
    }
    return overrides
  }

  private static func holdings(
    _ arguments: CommandLineArguments, _ assets: [String]
  ) throws -> [Double]? {
    let texts = arguments.strings("holding")
    guard !texts.isEmpty else { return nil }
    var holdings = [Double](repeating: 0, count: assets.count)
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let weight = Double(parts[1]), weight.isFinite else {
        throw UsageError("--holding is '\(text)'; expected NAME=WEIGHT, such as GOLD=0.2")
      }
      guard let index = assets.firstIndex(of: String(parts[0])) else {
        throw UsageError(
          "--holding \(text): no asset '\(parts[0])'"
            + Spelling.hint(for: String(parts[0]), among: assets))
      }
      holdings[index] = weight
    }
    return holdings
  }

  static func table(_ prediction: Prediction, _ holdings: [Double]?) -> String {
    var columns: [TextTable.Column] = [
      .left("\(prediction.date)"), .right("weight %"), .right("risk %"), .right("budget %"),
    ]
    if holdings != nil { columns += [.right("held %"), .right("trade %")] }
    var table = TextTable(columns)
    func percent(_ value: Double) -> String { NumberText.fixed(100 * value, digits: 2) }
    for (i, asset) in prediction.assets.enumerated() {
      var cells = [
        asset, percent(prediction.weights[i]), percent(prediction.riskContributions[i]),
        percent(prediction.budgets[i]),
      ]
      if let holdings {
        cells += [percent(holdings[i]), percent(prediction.weights[i] - holdings[i])]
      }
      table.append(cells)
    }
    // Attention has a number for every pair of assets: --format json has them all.
    let details = prediction.details.filter { $0.detail != .attention }.map { entry in
      let values = zip(entry.columns, entry.values).map {
        "\($0) \(NumberText.fixed($1, digits: 3))"
      }
      return "\(entry.detail.rawValue): \(values.joined(separator: ", "))\n"
    }
    return table.text + "volatility \(percent(prediction.annualVolatility)) % a year\n"
      + (waiting(prediction).map { $0 + "\n" } + details).joined()
  }

  /// A sentence for each asset that is not in the universe yet.
  private static func waiting(_ prediction: Prediction) -> [String] {
    prediction.waiting.map {
      "\($0.asset) is not in the universe yet: it has \($0.rows) of the \($0.needed) rows of history it "
        + "needs"
    }
  }

  private static func csv(_ prediction: Prediction, _ holdings: [Double]?) -> String {
    var columns = ["Date", "Asset", "Weight", "RiskContribution", "Budget"]
    if holdings != nil { columns += ["Held", "Trade"] }
    var table = CSVWriter(columns: columns)
    for (i, asset) in prediction.assets.enumerated() {
      var fields: [CSVWriter.Field] = [
        .day(prediction.date.days), .text(asset), .number(prediction.weights[i]),
        .number(prediction.riskContributions[i]), .number(prediction.budgets[i]),
      ]
      if let holdings {
        fields += [.number(holdings[i]), .number(prediction.weights[i] - holdings[i])]
      }
      table.append(fields)
    }
    return table.text
  }

  static func json(_ prediction: Prediction, _ holdings: [Double]?) -> JSONValue {
    func named(_ values: [Double]) -> JSONValue {
      JSONValue(object: zip(prediction.assets, values).map { ($0, JSONValue($1)) })
    }
    var members: [(String, JSONValue)] = [
      ("date", JSONValue("\(prediction.date)")),
      ("weights", named(prediction.weights)),
      ("riskContributions", named(prediction.riskContributions)),
      ("budgets", named(prediction.budgets)),
      ("annualVolatility", JSONValue(prediction.annualVolatility)),
    ]
    if !prediction.waiting.isEmpty {
      let history = prediction.waiting.map { asset, rows, needed in
        (
          asset,
          JSONValue(object: [("rows", JSONValue(rows)), ("needed", JSONValue(needed))])
        )
      }
      members.append(("notAvailable", JSONValue(object: history)))
    }
    for entry in prediction.details {
      members.append(
        (
          entry.detail.rawValue,
          JSONValue(object: zip(entry.columns, entry.values).map { ($0, JSONValue($1)) })
        ))
    }
    if let holdings {
      members.append(("trades", named(zip(prediction.weights, holdings).map { $0 - $1 })))
    }
    return JSONValue(object: members)
  }
}
