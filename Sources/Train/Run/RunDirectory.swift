#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The files of one run.
struct RunDirectory: Sendable {
  /// The directory, as the user wrote it.
  let path: String

  func file(_ name: String) -> String { path + "/" + name }

  /// The config with every default resolved.
  var config: String { file("config.json") }
  /// What the run was made with.
  var provenance: String { file("run.json") }
  /// The names of its units, for whoever looks on without the data.
  var units: String { file("units.json") }
  /// The figures of every strategy; it is written last, so that it marks a finished run.
  var summary: String { file("summary.json") }
  var report: String { file("report.html") }

  /// The state of a unit in progress.
  func checkpoint(_ unit: WorkUnit) -> String { file(unit.path + "/checkpoint.safetensors") }

  /// The tensors of a finished stage.
  func result(_ unit: WorkUnit, _ stage: Stage) -> String {
    file("\(unit.path)/\(stage.name).safetensors")
  }

  /// What says that a stage is finished.
  func record(_ unit: WorkUnit, _ stage: Stage) -> String {
    file("\(unit.path)/\(stage.name).json")
  }

  /// Who works on a unit.
  func claim(_ unit: WorkUnit) -> String { file(unit.path + "/claim.json") }

  var isFinished: Bool { FileManager.default.fileExists(atPath: summary) }

  func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: file) }

  /// Makes the directory itself.
  func create() throws { try createFolder(path) }

  /// Makes the folder of a unit.
  func create(_ unit: WorkUnit) throws { try createFolder(file(unit.path)) }

  private func createFolder(_ folder: String) throws(FileError) {
    var path = folder.hasPrefix("/") ? "/" : ""
    for part in folder.split(separator: "/") {
      path += part
      // Another worker may make it in between.
      guard exists(path) || mkdir(path, 0o777) == 0 || errno == EEXIST else {
        throw FileError.last("make this directory", path)
      }
      path += "/"
    }
  }

  /// Makes a folder inside, if it is not there yet.
  func makeFolder(_ name: String) throws { try createFolder(file(name)) }

  /// A directory for a new run.
  ///
  /// A directory the user names must not hold anything yet; without a name the run goes to
  /// `runs/NAME`, or `runs/NAME-2`, `-3`, … where that exists.
  static func new(named name: String, at wanted: String?) throws -> RunDirectory {
    let manager = FileManager.default
    if let wanted {
      let contents = try? manager.contentsOfDirectory(atPath: wanted)
      if contents?.isEmpty ?? !manager.fileExists(atPath: wanted) {
        return RunDirectory(path: wanted)
      }
      let old = RunDirectory(path: wanted)
      let isRun = old.exists(old.provenance)
      throw ExperimentError(
        "--output \(wanted): exists already and is not empty; name a new directory"
          + (isRun ? ", or go on with that run by 'train resume \(wanted)'" : ""))
    }
    let plain = name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }
    let base = "runs/" + String(plain)
    var candidate = base
    var number = 1
    while manager.fileExists(atPath: candidate) {
      number += 1
      candidate = "\(base)-\(number)"
    }
    return RunDirectory(path: candidate)
  }

  /// The directory of an earlier run.
  static func existing(_ path: String) throws -> RunDirectory {
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    let directory = RunDirectory(path: trimmed)
    guard directory.exists(directory.config), directory.exists(directory.provenance) else {
      throw ExperimentError(
        "\(path): not a run directory (it has no config.json and run.json); see 'train run --help'")
    }
    return directory
  }
}
