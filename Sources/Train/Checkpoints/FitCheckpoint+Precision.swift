internal import Autodiff

extension FitCheckpoint {
  /// A checkpoint in this program's precision, as one of another run.
  ///
  /// Parameters, moments and curvature are rounded to the nearest value, or widened exactly; losses and
  /// the features' scaling are `Double` in either precision. `unit` and `from` must be what it was written
  /// with; `to` is what it carries from now on.
  ///
  /// Throws a ``FileError`` or a ``CheckpointError``, also for a value that the precision cannot hold.
  static func converted(
    _ path: String, unit: WorkUnit, from: CheckpointOrigin, to origin: CheckpointOrigin
  ) throws -> Safetensors {
    let (file, json) = try open(path, unit: unit, origin: from)
    var result = Safetensors()
    for entry in file.entries {
      result.append(entry.name, shape: entry.shape, try converted(entry, path))
    }
    var state = json
    state["run"] = origin.json
    let text = state.text(.compact)
    result.metadata = ["format": format, "state": text]
    result.metadata["crc32c"] = checksum(result, state: text)
    return result
  }

  private static func converted(
    _ entry: Safetensors.Entry, _ path: String
  ) throws -> Safetensors.Elements {
    guard isScalar(entry.name) else { return entry.elements }
    let values: [Scalar]
    let areFinite: Bool
    switch entry.elements {
    case .float64(let stored):
      values = stored.map { Scalar($0) }
      areFinite = stored.allSatisfy(\.isFinite)
    case .float32(let stored):
      values = stored.map { Scalar($0) }
      areFinite = stored.allSatisfy(\.isFinite)
    default:
      throw CheckpointError(
        path: path, kind: .damaged,
        problem: "'\(entry.name)' is of type \(entry.elements.dtype), which is no precision")
    }
    guard areFinite == values.allSatisfy(\.isFinite) else {
      throw CheckpointError(
        path: path, kind: .foreign,
        problem: "'\(entry.name)' holds a value too large for \(Scalar.self)")
    }
    return encode(values)
  }

  /// Whether an array is of the program's precision.
  private static func isScalar(_ name: String) -> Bool {
    ["best/", "parameters/", "optimizer/"].contains { name.hasPrefix($0) }
  }
}
