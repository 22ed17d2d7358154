internal import Foundation

/// A run's training in the formats of other tools.
///
/// Reads the checkpoints alone, so that a run in progress can be looked at as well.
struct RunExport {
  /// What can be written.
  enum Part: String, Sendable, CaseIterable {
    /// `metrics.csv`: a line for every fold, member and epoch.
    case csv
    /// `metrics.jsonl`: the same as objects.
    case jsonl
    /// `tensorboard/UNIT/events.out.tfevents.…`.
    case tensorboard
    /// `parameters/UNIT.safetensors`: the chosen epoch's parameters and the features' scaling.
    case parameters
  }

  /// The checkpoint of one trained network.
  struct Unit {
    let name: String
    let bestEpoch: Int
    let epochs: [[Double]]
    let file: Safetensors
  }

  static let measures = FitState.Epoch.names

  let units: [Unit]

  /// Reads the checkpoints of a run, in the order of their names.
  ///
  /// Throws where there is none, or one is damaged.
  init(run directory: RunDirectory) throws {
    let manager = FileManager.default
    let names = (manager.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".safetensors") }.sorted()
    // A unit may have left several: its newest is the one with the most epochs.
    var newest: [String: Unit] = [:]
    for unit in try names.compactMap({ try Self.read(directory.file($0)) })
    where unit.epochs.count >= newest[unit.name]?.epochs.count ?? 0 {
      newest[unit.name] = unit
    }
    units = newest.values.sorted { $0.name < $1.name }
    guard !units.isEmpty else {
      throw ExperimentError(
        "\(directory.path): holds no checkpoint yet; there is nothing to export")
    }
  }

  /// The unit of a file, or nil for the older checkpoints of one and for other files.
  private static func read(_ path: String) throws -> Unit? {
    let stem = path.dropLast(".safetensors".count)
    if let dot = stem.lastIndex(of: "."), Int(stem[stem.index(after: dot)...]) != nil { return nil }
    let (file, state) = try FitCheckpoint.open(path)
    guard let name = state["unit"]?.string, let best = state["bestEpoch"]?.int,
      case .float64(let numbers) = file["epochs"]?.elements
    else {
      throw CheckpointError(path: path, kind: .damaged, problem: "it names no unit or epochs")
    }
    let width = measures.count
    return Unit(
      name: name, bestEpoch: best,
      epochs: stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) },
      file: file)
  }

  /// Writes some parts into a folder and returns what was written, for people.
  func write(_ parts: [Part], to folder: String, time: Double) throws -> [String] {
    try parts.map { part in
      switch part {
      case .csv:
        try write(csv, "metrics.csv", in: folder)
        return "\(folder)/metrics.csv"
      case .jsonl:
        try write(jsonl, "metrics.jsonl", in: folder)
        return "\(folder)/metrics.jsonl"
      case .tensorboard:
        for unit in units {
          try write(
            Self.events(of: unit, time: time),
            "tensorboard/\(unit.name)/events.out.tfevents.\(Int(time)).keel", in: folder)
        }
        return "\(folder)/tensorboard (tensorboard --logdir \(folder)/tensorboard)"
      case .parameters:
        for unit in units {
          try write(
            Self.parameters(of: unit).encoded(), "parameters/\(unit.name).safetensors", in: folder)
        }
        return "\(folder)/parameters"
      }
    }
  }

  private func write(_ bytes: [UInt8], _ name: String, in folder: String) throws {
    let path = "\(folder)/\(name)"
    let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    try AtomicFile.write(bytes, to: path)
  }

  private var csv: [UInt8] {
    var text = "unit,epoch,best,\(Self.measures.joined(separator: ","))\n"
    for unit in units {
      for (epoch, values) in unit.epochs.enumerated() {
        text += "\(unit.name),\(epoch),\(epoch == unit.bestEpoch),"
        text += values.map { "\($0)" }.joined(separator: ",") + "\n"
      }
    }
    return Array(text.utf8)
  }

  private var jsonl: [UInt8] {
    var text = ""
    for unit in units {
      for (epoch, values) in unit.epochs.enumerated() {
        let line = JSONValue(
          object: [
            ("unit", JSONValue(unit.name)), ("epoch", JSONValue(epoch)),
            ("best", JSONValue(epoch == unit.bestEpoch)),
          ] + zip(Self.measures, values).map { ($0, JSONValue($1)) })
        text += line.text(.compact) + "\n"
      }
    }
    return Array(text.utf8)
  }

  private static func events(of unit: Unit, time: Double) -> [UInt8] {
    let tags = ["loss/train", "loss/objective", "loss/validation", "gradient/norm"]
    var file = EventFile(time: time)
    for (epoch, values) in unit.epochs.enumerated() {
      file.append(step: epoch, zip(tags, values).map { (tag: $0, value: $1) })
    }
    return file.bytes
  }

  private static func parameters(of unit: Unit) -> Safetensors {
    var file = Safetensors(metadata: ["unit": unit.name, "epoch": String(unit.bestEpoch)])
    let prefix = "best/"
    for entry in unit.file.entries {
      if entry.name.hasPrefix(prefix) {
        file.append(
          String(entry.name.dropFirst(prefix.count)), shape: entry.shape, entry.elements)
      } else if entry.name.hasPrefix("scaler/") {
        file.append(entry.name, shape: entry.shape, entry.elements)
      }
    }
    return file
  }
}
