internal import Autodiff
internal import Finance

/// A fit on disk: `FitState` as one safetensors file, exact to the bit, which Python's
/// `safetensors` reads as it is.
///
/// Arrays: `best/NAME` and `parameters/NAME` for every parameter, `optimizer/mean` and
/// `optimizer/square`, `optimizer/…` of L-BFGS, `epochs` `[E, 9]` (training loss, objective,
/// validation loss, gradient norm, the solver's five maxima), `scaler/asset` and `scaler/market` `[2, F]` (means, then scales
/// of the features). Metadata: `format`; `state`, a JSON object with everything that is no array
/// (cursor, early stopping, random streams, and the run's identity); `crc32c` over both.
enum FitCheckpoint {
  static let format = "keel-fit-3"

  /// Writes a state, atomically.
  static func write(
    _ state: FitState, unit: WorkUnit, origin: CheckpointOrigin, to path: String
  ) throws {
    try file(state, unit: unit.path, origin: origin).write(to: path)
  }

  /// The file of a state.
  static func file(_ state: FitState, unit: String, origin: CheckpointOrigin) -> Safetensors {
    var file = Safetensors()
    for (prefix, parameters) in [("best", state.best), ("parameters", state.parameters)] {
      for entry in parameters.entries {
        file.append(
          "\(prefix)/\(entry.name)", shape: entry.shape.dimensions,
          encode(Array(parameters.values[entry.range])))
      }
    }
    let optimizer = state.optimizer
    for (name, values) in [("mean", optimizer.mean), ("square", optimizer.square)] {
      file.append("optimizer/\(name)", shape: [values.count], encode(values))
    }
    appendCurvature(optimizer.curvature, to: &file)
    file.append(
      "epochs", shape: [state.epochs.count, FitState.Epoch.names.count],
      .float64(state.epochs.flatMap(\.numbers)))
    let scaler = state.scaler
    file.append(
      "scaler/asset", shape: [2, scaler.assetMeans.count],
      .float64(scaler.assetMeans + scaler.assetScales))
    file.append(
      "scaler/market", shape: [2, scaler.marketMeans.count],
      .float64(scaler.marketMeans + scaler.marketScales))
    let text = json(state, unit: unit, origin: origin).text(.compact)
    file.metadata = ["format": format, "state": text]
    file.metadata["crc32c"] = checksum(file, state: text)
    return file
  }

  private static func appendCurvature(_ memory: CurvatureMemory, to file: inout Safetensors) {
    guard !memory.isEmpty else { return }
    let count = memory.point.count
    for (name, values) in [
      ("point", memory.point), ("gradient", memory.gradient), ("direction", memory.direction),
    ] {
      file.append("optimizer/\(name)", shape: [values.count], encode(values))
    }
    for (name, rows) in [("steps", memory.steps), ("changes", memory.changes)] {
      file.append("optimizer/\(name)", shape: [rows.count, count], encode(rows.flatMap { $0 }))
    }
  }

  /// Everything that is no array.
  private static func json(_ state: FitState, unit: String, origin: CheckpointOrigin) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("unit", JSONValue(unit)),
      ("epoch", JSONValue(state.epochs.count)),
      ("step", JSONValue(state.step)),
      ("finished", JSONValue(state.isFinished)),
      ("bestEpoch", JSONValue(state.bestEpoch)),
      ("optimizerSteps", JSONValue(state.optimizer.step)),
      // Where random streams stand: the names they are split by are all there is to save.
      ("random", JSONValue("\(unit)/epoch \(state.epochs.count)")),
    ]
    if state.bestValidation.isFinite {
      members.append(("bestValidation", JSONValue(state.bestValidation)))
    }
    if let pending = state.pending {
      members.append(("pending", JSONValue(pending.numbers)))
    }
    let memory = state.optimizer.curvature
    if !memory.isEmpty {
      members.append(("curvature", JSONValue([memory.objective, memory.length])))
    }
    members.append(("run", origin.json))
    return JSONValue(object: members)
  }

  /// The check value of a file: over the state, then each array's name and bytes in their order.
  static func checksum(_ file: Safetensors, state: String) -> String {
    var crc = CRC32C()
    crc.update(state.utf8)
    for entry in file.entries {
      crc.update(entry.name.utf8)
      entry.elements.withUnsafeBytes { crc.update($0) }
    }
    let digits = String(crc.value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  #if SinglePrecision
    static func encode(_ values: [Scalar]) -> Safetensors.Elements { .float32(values) }
  #else
    static func encode(_ values: [Scalar]) -> Safetensors.Elements { .float64(values) }
  #endif
}
