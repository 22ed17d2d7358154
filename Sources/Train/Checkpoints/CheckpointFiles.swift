#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// The checkpoints of a unit in progress.
///
/// The newest is at its path, those before it are beside it, as `checkpoint.safetensors`,
/// `checkpoint.1.safetensors`, `checkpoint.2.safetensors`, …
struct CheckpointFiles: Sendable {
  /// Where the newest is.
  let path: String
  /// How many are kept.
  let kept: Int

  /// The path of the checkpoint `age` writes ago.
  func path(age: Int) -> String {
    guard age > 0 else { return path }
    let suffix = ".safetensors"
    let stem = path.hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : path
    return "\(stem).\(age)\(suffix)"
  }

  /// Writes a checkpoint after moving those before it back by one.
  ///
  /// At every moment the newest complete checkpoint stands at its path: the old one gets its second
  /// name before the new one takes its place.
  func write(_ state: FitState, unit: WorkUnit, origin: CheckpointOrigin) throws {
    if kept > 1, access(path, F_OK) == 0 {
      for age in stride(from: kept - 1, to: 1, by: -1)
      where access(self.path(age: age - 1), F_OK) == 0 {
        guard rename(self.path(age: age - 1), self.path(age: age)) == 0 else {
          throw FileError.last("rename", self.path(age: age - 1))
        }
      }
      unlink(self.path(age: 1))
      // Some file systems have no second names; then the bytes are copied.
      if link(path, self.path(age: 1)) != 0 {
        try AtomicFile.write(try FileBytes.read(path), to: self.path(age: 1))
      }
    }
    try FitCheckpoint.write(state, unit: unit, origin: origin, to: path)
  }

  /// The newest checkpoint that is sound, or nil when there is none.
  ///
  /// Each damaged one is told to `note`. Throws a ``CheckpointError`` for one of another run.
  func newest(
    unit: WorkUnit, origin: CheckpointOrigin, initial: FitState, note: (String) -> Void
  ) throws -> FitState? {
    var damaged = 0
    for age in 0..<max(1, kept) where access(path(age: age), F_OK) == 0 {
      do {
        let state = try FitCheckpoint.read(
          path(age: age), unit: unit, origin: origin, initial: initial)
        if damaged > 0 {
          note("\(path(age: age)): going on from here, after \(state.epochs.count) epochs")
        }
        return state
      } catch let error as CheckpointError where error.kind == .damaged {
        damaged += 1
        note("\(error.path): damaged: \(error.problem)")
      }
    }
    if damaged > 0 { note("\(unit.path): no sound checkpoint is left; training it from the start") }
    return nil
  }

  /// Removes them all, once the unit's result is written.
  func remove() {
    for age in 0..<max(1, kept) { unlink(path(age: age)) }
  }
}
