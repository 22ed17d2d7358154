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
      the same frequency and in the same units; without --prices the run's own files are read again.
      """,
    operands: [.required("RUN", "the run directory")],
    options: [
      .value("prices", "FILE", "prices up to today, with the columns of the run"),
      .value("indicators", "FILE", "indicators up to today, if the run uses any"),
      .repeatable(
        "holding", "NAME=WEIGHT",
        "what you hold now, as a fraction of wealth; prints the trades to get there"),
      .value("format", "table|csv|json", "how to print (default: table)"),
    ],
    examples: [
      ("train predict runs/quickstart --prices today.csv", ""),
      ("train predict runs/quickstart --holding SP500=0.3 --holding GOLD=0.2 --format json", ""),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let directory = try RunDirectory.existing(arguments.operand("RUN") ?? ".")
    let provenance = try Provenance(contentsOf: directory.provenance)
    var overrides: [ConfigOverride] = []
    for key in ["prices", "indicators"] {
      guard let path = arguments.string(key) else { continue }
      overrides.append(ConfigOverride(keys: ["data", key], value: JSONValue(path)))
    }
    // A file named on the command line is relative to here, the run's own to the run's folder.
    let loaded = try LoadedExperiment(
      config: directory.config, overrides: overrides, folder: provenance.folder,
      here: Set(["prices", "indicators"].filter { arguments.has($0) }), throughEnd: true)
    guard provenance.scalar == "\(Scalar.self)" else {
      throw ExperimentError(
        "\(directory.path) was trained in \(provenance.scalar), this program computes in "
          + "\(Scalar.self); build with the same traits")
    }
    try provenance.character.requireSimilar(
      loaded.data, source: loaded.files.first?.path ?? "prices")
    CSVOptions.note(loaded.data.notes)
    let prediction = try Prediction(loaded.experiment, run: directory, data: loaded.data)
    let holdings = try holdings(arguments, prediction.assets)
    switch try arguments.choice("format", of: Format.self) ?? .table {
    case .table: print(table(prediction, holdings), terminator: "")
    case .csv: print(csv(prediction, holdings), terminator: "")
    case .json: print(json(prediction, holdings).text(), terminator: "")
    }
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

  private static func table(_ prediction: Prediction, _ holdings: [Double]?) -> String {
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
    let details = prediction.details.map { entry in
      let values = zip(entry.columns, entry.values).map {
        "\($0) \(NumberText.fixed($1, digits: 3))"
      }
      return "\(entry.detail.rawValue): \(values.joined(separator: ", "))\n"
    }
    return table.text + "volatility \(percent(prediction.annualVolatility)) % a year\n"
      + details.joined()
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

  private static func json(_ prediction: Prediction, _ holdings: [Double]?) -> JSONValue {
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
