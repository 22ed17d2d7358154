internal import Autodiff
internal import Finance

extension FitCheckpoint {
  /// Reads a state; `initial` gives the parameters' names and shapes.
  ///
  /// A unit and an origin, where given, must be those it was written with.
  ///
  /// Throws a ``FileError`` or a ``CheckpointError``.
  static func read(
    _ path: String, unit: WorkUnit?, origin: CheckpointOrigin?, initial: FitState
  ) throws -> FitState {
    let (file, json) = try open(path)
    let reading = Reading(path: path, file: file)
    try reading.require(unit, origin, json)
    return try reading.fill(initial, json)
  }

  /// The arrays and the state's JSON of a sound checkpoint of a unit and an origin.
  ///
  /// Throws a ``FileError`` or a ``CheckpointError``.
  static func open(
    _ path: String, unit: WorkUnit, origin: CheckpointOrigin
  ) throws -> (file: Safetensors, state: JSONValue) {
    let (file, json) = try open(path)
    try Reading(path: path, file: file).require(unit, origin, json)
    return (file, json)
  }

  /// The arrays and the state's JSON of a sound checkpoint, whosever it is.
  ///
  /// Throws a ``FileError`` or a ``CheckpointError``.
  static func open(_ path: String) throws -> (file: Safetensors, state: JSONValue) {
    let file: Safetensors
    do { file = try Safetensors(contentsOf: path) } catch let error as SafetensorsError {
      throw CheckpointError(path: path, kind: .damaged, problem: error.problem)
    }
    return (file, try Reading(path: path, file: file).state())
  }
}

/// A checkpoint being read.
private struct Reading {
  let path: String
  let file: Safetensors

  func damaged(_ problem: String) -> CheckpointError {
    CheckpointError(path: path, kind: .damaged, problem: problem)
  }

  func foreign(_ problem: String) -> CheckpointError {
    CheckpointError(path: path, kind: .foreign, problem: problem)
  }

  /// Refuses a checkpoint of another unit or run, with what differs.
  func require(_ unit: WorkUnit?, _ origin: CheckpointOrigin?, _ json: JSONValue) throws {
    if let unit, json["unit"]?.string != unit.path {
      throw foreign("belongs to \(json["unit"]?.string ?? "nothing"), not to \(unit.path)")
    }
    if let origin {
      let then = CheckpointOrigin(json: json["run"] ?? JSONValue(.object([])))
      let differences = origin.differences(from: then)
      if !differences.isEmpty {
        let shown = differences.prefix(5).joined(separator: "; ")
        let rest = differences.count > 5 ? "; and \(differences.count - 5) more" : ""
        throw foreign("was written by another run: \(shown)\(rest)")
      }
    }
  }

  /// The state's JSON, once format and check value are as written.
  func state() throws -> JSONValue {
    guard file.metadata["format"] == FitCheckpoint.format else {
      throw foreign(
        "has the format \(file.metadata["format"] ?? "of another program"), expected "
          + FitCheckpoint.format)
    }
    guard let text = file.metadata["state"], let stored = file.metadata["crc32c"] else {
      throw damaged("'state' or 'crc32c' is missing in its metadata")
    }
    let computed = FitCheckpoint.checksum(file, state: text)
    guard stored == computed else {
      throw damaged("its CRC-32C is \(computed), but \(stored) was written")
    }
    do { return try JSONValue(strictly: Array(text.utf8), file: path) } catch {
      throw damaged("its state is not JSON: \(error)")
    }
  }

  func fill(_ initial: FitState, _ json: JSONValue) throws -> FitState {
    var state = initial
    try requireSameModel(initial.parameters)
    state.best = try parameters("best", like: initial.parameters)
    state.parameters = try parameters("parameters", like: initial.parameters)
    let count = initial.parameters.values.count
    state.optimizer.mean = try array("optimizer/mean", count: count)
    state.optimizer.square = try array("optimizer/square", count: count)
    state.optimizer.step = try integer("optimizerSteps", json)
    state.optimizer.curvature = try curvature(json, count: count)
    state.bestEpoch = try integer("bestEpoch", json)
    state.bestValidation = json["bestValidation"]?.double ?? .infinity
    state.step = try integer("step", json)
    state.isFinished = json["finished"]?.bool == true
    state.epochs = try rows("epochs").map(FitState.Epoch.init(numbers:))
    if let pending = json["pending"] {
      let numbers = pending.elements?.compactMap(\.double) ?? []
      guard numbers.count == FitState.Epoch.names.count else {
        throw damaged("the epoch under way is \(pending.text(.compact)), expected its numbers")
      }
      state.pending = FitState.Epoch(numbers: numbers)
    }
    guard state.epochs.count == json["epoch"]?.int else {
      throw damaged("it holds \(state.epochs.count) epochs, its state says otherwise")
    }
    let asset = try moments("scaler/asset", initial.scaler.assetMeans.count)
    let market = try moments("scaler/market", initial.scaler.marketMeans.count)
    state.scaler = Standardizer(
      assetMeans: asset.means, assetScales: asset.scales, marketMeans: market.means,
      marketScales: market.scales, clip: initial.scaler.clip)
    return state
  }

  private func requireSameModel(_ parameters: Parameters) throws {
    func list(_ shapes: [(String, [Int])]) -> Set<String> {
      Set(shapes.map { "\($0.0) \($0.1)" })
    }
    let prefix = "parameters/"
    let stored = list(
      file.entries.filter { $0.name.hasPrefix(prefix) }
        .map { (String($0.name.dropFirst(prefix.count)), $0.shape) })
    let wanted = list(parameters.entries.map { ($0.name, $0.shape.dimensions) })
    guard stored != wanted else { return }
    let (extra, missing) = (
      stored.subtracting(wanted).sorted(), wanted.subtracting(stored).sorted()
    )
    throw foreign(
      "is of another model: it has \(extra.isEmpty ? "nothing else" : extra.joined(separator: ", "))"
        + ", this model has \(missing.isEmpty ? "nothing else" : missing.joined(separator: ", "))")
  }

  private func parameters(_ prefix: String, like initial: Parameters) throws -> Parameters {
    var result = initial
    result.values = try initial.entries.flatMap {
      try array("\(prefix)/\($0.name)", count: $0.range.count)
    }
    return result
  }

  private func curvature(_ json: JSONValue, count: Int) throws -> CurvatureMemory {
    guard let numbers = json["curvature"]?.elements?.compactMap(\.double) else {
      return CurvatureMemory()
    }
    guard numbers.count == 2, let stored = file["optimizer/steps"]?.shape.first else {
      throw damaged("its L-BFGS memory is incomplete")
    }
    func rows(_ name: String) throws -> [[Scalar]] {
      let values = try array(name, count: stored * count)
      return (0..<stored).map { Array(values[$0 * count..<($0 + 1) * count]) }
    }
    return CurvatureMemory(
      steps: try rows("optimizer/steps"), changes: try rows("optimizer/changes"),
      point: try array("optimizer/point", count: count),
      gradient: try array("optimizer/gradient", count: count),
      direction: try array("optimizer/direction", count: count),
      objective: numbers[0], length: numbers[1])
  }

  private func integer(_ key: String, _ json: JSONValue) throws -> Int {
    guard let value = json[key]?.int else { throw damaged("its '\(key)' is not an integer") }
    return value
  }

  private func array(_ name: String, count: Int) throws -> [Scalar] {
    guard let entry = file[name], entry.elements.count == count else {
      throw damaged("expected \(count) numbers in '\(name)'")
    }
    switch entry.elements {
    case .float64(let values) where Scalar.self == Double.self:
      return values.map { Scalar($0) }
    case .float32(let values) where Scalar.self == Float.self:
      return values.map { Scalar($0) }
    default:
      throw foreign(
        "'\(name)' is of type \(entry.elements.dtype), this program computes in \(Scalar.self)")
    }
  }

  private func rows(_ name: String) throws -> [[Double]] {
    let width = FitState.Epoch.names.count
    guard let entry = file[name], case .float64(let numbers) = entry.elements,
      numbers.count % width == 0
    else { throw damaged("its '\(name)' are not [E, \(width)] numbers") }
    return stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
  }

  private func moments(_ name: String, _ count: Int) throws -> (means: [Double], scales: [Double]) {
    guard let entry = file[name], case .float64(let numbers) = entry.elements,
      numbers.count == 2 * count
    else { throw foreign("expected the moments of \(count) features in '\(name)'") }
    return (Array(numbers[..<count]), Array(numbers[count...]))
  }
}
