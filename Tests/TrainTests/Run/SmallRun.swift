import Autodiff
import Finance

@testable import Train

/// A run of the small experiment as `train run` makes it, with config and data in files.
struct SmallRun {
  let folder: TemporaryDirectory
  let directory: RunDirectory

  /// A run to its end, on the small data or others like them.
  init(_ overrides: [String] = [], data: MarketData = SmallExperiment.data) throws {
    try self.init(planning: overrides, data: data)
    try RunCommand.finish(
      try PlannedRun(opening: directory.path), threads: 1, Console(.quiet, results: .none))
  }

  /// A run of which nothing is trained.
  init(planning overrides: [String], data: MarketData = SmallExperiment.data) throws {
    folder = try TemporaryDirectory()
    directory = try Self.plan(overrides, data, in: folder.path)
  }

  /// Writes config and data (prices in one file, and the same in two), and makes the run's directory.
  private static func plan(
    _ overrides: [String], _ data: MarketData, in folder: String
  ) throws -> RunDirectory {
    var prices = CSVWriter(columns: ["Date"] + data.assets + ["CASH"])
    var indicators = CSVWriter(columns: ["Date"] + data.indicatorNames)
    var halves = [
      CSVWriter(columns: ["Date", "A", "B"]), CSVWriter(columns: ["Date", "C", "CASH"]),
    ]
    for (row, date) in data.dates.enumerated() {
      let values = Array(data.prices.row(row)) + [data.cashLevels?[row] ?? 100]
      prices.append(day: date.days, values)
      halves[0].append(day: date.days, Array(values[..<2]))
      halves[1].append(day: date.days, Array(values[2...]))
      indicators.append(day: date.days, Array(data.indicators.row(row)))
    }
    try prices.write(to: folder + "/prices.csv")
    for k in 0..<2 { try halves[k].write(to: folder + "/prices-\(k + 1).csv") }
    try indicators.write(to: folder + "/indicators.csv")
    try AtomicFile.write(SmallExperiment.config, to: folder + "/small.json")
    let files = ["data.prices=\"prices.csv\"", "data.indicators=\"indicators.csv\""]
    return try PlannedRun(
      planning: folder + "/small.json",
      overrides: try (files + overrides).map { try ConfigOverride(parsing: $0) },
      output: folder + "/run"
    ).directory
  }

  /// Makes the run, or another one, look as if it came from another program: its provenance changed, its checkpoints
  /// and records written with that, their arrays changed by `convert`.
  func relabel(
    _ change: (inout Provenance) -> Void,
    arrays convert: (Safetensors.Entry) -> Safetensors.Elements = \.elements,
    in other: RunDirectory? = nil
  ) throws {
    let directory = other ?? directory
    let run = try PlannedRun(opening: directory.path)
    var provenance = run.provenance
    change(&provenance)
    let origin = CheckpointOrigin(provenance, config: run.loaded.config)
    for unit in run.problem.units {
      for path in [directory.checkpoint(unit), directory.result(unit, .whole)]
      where directory.exists(path) {
        let (file, json) = try FitCheckpoint.open(path)
        var changed = Safetensors()
        for entry in file.entries {
          changed.append(entry.name, shape: entry.shape, convert(entry))
        }
        var state = json
        state["run"] = origin.json
        let text = state.text(.compact)
        changed.metadata = ["format": FitCheckpoint.format, "state": text]
        changed.metadata["crc32c"] = FitCheckpoint.checksum(changed, state: text)
        try changed.write(to: path)
      }
      let path = directory.record(unit, .whole)
      guard directory.exists(path) else { continue }
      var record = try UnitRecord(contentsOf: path)
      record.origin = origin.fingerprint
      record.sha256 = try SHA256.hex(ofFile: directory.result(unit, .whole))
      try AtomicFile.write(record.json.text(), to: path)
    }
    try AtomicFile.write(provenance.json.text(), to: directory.provenance)
  }

  /// The precision that this program does not compute in.
  static let otherPrecision = Scalar.self == Double.self ? "Float" : "Double"

  /// An array of a checkpoint as the other precision would hold it.
  static func inOtherPrecision(_ entry: Safetensors.Entry) -> Safetensors.Elements {
    guard entry.name != "epochs", !entry.name.hasPrefix("scaler/") else { return entry.elements }
    return switch entry.elements {
    case .float64(let values): .float32(values.map { Float($0) })
    case .float32(let values): .float64(values.map { Double($0) })
    default: entry.elements
    }
  }
}

extension TerminalOutput {
  /// An output that shows nothing.
  static let none = TerminalOutput(isInteractive: false) { _ in }
}
