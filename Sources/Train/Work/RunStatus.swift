internal import Foundation

/// How far a run has come, from the files of its directory alone.
struct RunStatus: Sendable {
  /// A unit that somebody works on.
  struct Active: Sendable, Equatable {
    let unit: String
    let worker: String
    /// Seconds since the worker last showed life, by this machine's clock.
    let silence: Double
  }

  let units: Int
  /// Units with a record, by fold folder in order of first appearance.
  private(set) var folds: [(name: String, done: Int, units: Int)] = []
  private(set) var done = 0
  private(set) var failed: [String] = []
  private(set) var active: [Active] = []
  /// Units that were begun and saved, and that nobody works on.
  private(set) var paused = 0
  private(set) var isMerged: Bool
  /// Seconds spent on the finished units.
  private(set) var seconds = 0.0

  init(_ directory: RunDirectory) throws {
    guard directory.exists(directory.units) else {
      throw ExperimentError(
        "\(directory.path): no units.json; was this run planned by this version?")
    }
    let names = try UnitList(contentsOf: directory.units).units
    units = names.count
    isMerged = directory.isFinished
    let now = Date().timeIntervalSince1970
    for name in names {
      let fold = String(name.prefix(upTo: name.lastIndex(of: "/") ?? name.endIndex))
      if folds.last?.name != fold { folds.append((fold, 0, 0)) }
      folds[folds.count - 1].units += 1
      let folder = directory.file(name)
      if let record = try? UnitRecord(contentsOf: "\(folder)/\(Stage.whole.name).json") {
        done += 1
        folds[folds.count - 1].done += 1
        seconds += record.seconds
        if record.failure != nil { failed.append(name) }
      } else if let holder = Claim.holder(of: "\(folder)/claim.json"),
        let touched = Claim.modified("\(folder)/claim.json")
      {
        active.append(
          Active(unit: name, worker: holder.description, silence: max(0, now - touched)))
      } else if directory.exists("\(folder)/checkpoint.safetensors") {
        paused += 1
      }
    }
  }

  /// The seconds until all is done at the pace so far; nil before anything is known.
  var secondsLeft: Double? {
    guard done > 0, done < units, !active.isEmpty else { return nil }
    return seconds / Double(done) * Double(units - done) / Double(active.count)
  }
}
