internal import Autodiff
internal import Finance

/// A fit on disk: `FitState` as a safetensors file, exact to the bit.
///
/// Arrays: `best/NAME` and `parameters/NAME` for every parameter, `adam/mean` and `adam/square`,
/// `epochs` `[E, 4]` (training loss, objective, validation loss, gradient norm), `scaler/asset` and
/// `scaler/market` `[2, F]` (means, then scales of the features). Metadata:
/// the unit, the run's fingerprint, the best epoch, the optimiser's step, whether it is finished.
enum FitCheckpoint {
  private static let format = "keel-fit-1"

  /// Writes a state, atomically.
  static func write(_ state: FitState, unit: WorkUnit, fingerprint: String, to path: String) throws
  {
    var file = Safetensors(metadata: [
      "format": format, "unit": unit.path, "fingerprint": fingerprint,
      "bestEpoch": String(state.bestEpoch), "step": String(state.optimizer.step),
      "finished": String(state.isFinished),
    ])
    for (prefix, parameters) in [("best", state.best), ("parameters", state.parameters)] {
      for entry in parameters.entries {
        file.append(
          "\(prefix)/\(entry.name)", shape: entry.shape.dimensions,
          encode(Array(parameters.values[entry.range])))
      }
    }
    let count = state.optimizer.mean.count
    file.append("adam/mean", shape: [count], encode(state.optimizer.mean))
    file.append("adam/square", shape: [count], encode(state.optimizer.square))
    file.append(
      "epochs", shape: [state.epochs.count, 4],
      .float64(
        state.epochs.flatMap { [$0.train, $0.objective, $0.validation, $0.gradientNorm] }))
    let scaler = state.scaler
    file.append(
      "scaler/asset", shape: [2, scaler.assetMeans.count],
      .float64(scaler.assetMeans + scaler.assetScales))
    file.append(
      "scaler/market", shape: [2, scaler.marketMeans.count],
      .float64(scaler.marketMeans + scaler.marketScales))
    try file.write(to: path)
  }

  /// Reads a state; `initial` gives the parameters' names and shapes.
  ///
  /// A unit and a fingerprint, where given, must be those it was written with.
  ///
  /// Throws ``CheckpointError`` when the file belongs to something else.
  static func read(_ path: String, unit: WorkUnit?, fingerprint: String?, initial: FitState) throws
    -> FitState
  {
    let file = try Safetensors(contentsOf: path)
    func metadata(_ key: String) throws -> String {
      guard let value = file.metadata[key] else {
        throw CheckpointError(path: path, problem: "has no '\(key)' in its metadata")
      }
      return value
    }
    func number(_ key: String) throws -> Int {
      guard let value = Int(try metadata(key)) else {
        throw CheckpointError(path: path, problem: "its '\(key)' is not an integer")
      }
      return value
    }
    guard try metadata("format") == format else {
      throw CheckpointError(path: path, problem: "is not a checkpoint of this program's format")
    }
    if let unit, try metadata("unit") != unit.path {
      throw CheckpointError(
        path: path, problem: "belongs to \(try metadata("unit")), not to \(unit.path)")
    }
    if let fingerprint, try metadata("fingerprint") != fingerprint {
      throw CheckpointError(
        path: path,
        problem: "was written with another config, other data or another instruction set")
    }
    var state = initial
    func array(_ name: String, count: Int) throws -> [Scalar] {
      guard let entry = file[name], let values = decode(entry.elements), values.count == count
      else {
        throw CheckpointError(
          path: path, problem: "expected \(count) numbers of type \(Scalar.self) in '\(name)'")
      }
      return values
    }
    func parameters(_ prefix: String) throws -> Parameters {
      var result = initial.parameters
      result.values = try initial.parameters.entries.flatMap {
        try array("\(prefix)/\($0.name)", count: $0.range.count)
      }
      return result
    }
    state.best = try parameters("best")
    state.parameters = try parameters("parameters")
    let count = initial.optimizer.mean.count
    state.optimizer.mean = try array("adam/mean", count: count)
    state.optimizer.square = try array("adam/square", count: count)
    state.optimizer.step = try number("step")
    state.bestEpoch = try number("bestEpoch")
    state.isFinished = try metadata("finished") == "true"
    func moments(_ name: String, _ count: Int) throws -> (means: [Double], scales: [Double]) {
      guard let entry = file[name], case .float64(let numbers) = entry.elements,
        numbers.count == 2 * count
      else {
        throw CheckpointError(
          path: path, problem: "expected the moments of \(count) features in '\(name)'")
      }
      return (Array(numbers[..<count]), Array(numbers[count...]))
    }
    let asset = try moments("scaler/asset", initial.scaler.assetMeans.count)
    let market = try moments("scaler/market", initial.scaler.marketMeans.count)
    state.scaler = Standardizer(
      assetMeans: asset.means, assetScales: asset.scales, marketMeans: market.means,
      marketScales: market.scales, clip: initial.scaler.clip)
    guard let epochs = file["epochs"], case .float64(let numbers) = epochs.elements,
      numbers.count % 4 == 0, state.bestEpoch < max(1, numbers.count / 4)
    else { throw CheckpointError(path: path, problem: "its 'epochs' are not [E, 4] numbers") }
    state.epochs = stride(from: 0, to: numbers.count, by: 4).map {
      FitState.Epoch(
        train: numbers[$0], objective: numbers[$0 + 1], validation: numbers[$0 + 2],
        gradientNorm: numbers[$0 + 3])
    }
    return state
  }

  #if SinglePrecision
    private static func encode(_ values: [Scalar]) -> Safetensors.Elements { .float32(values) }
    private static func decode(_ elements: Safetensors.Elements) -> [Scalar]? {
      if case .float32(let values) = elements { values } else { nil }
    }
  #else
    private static func encode(_ values: [Scalar]) -> Safetensors.Elements { .float64(values) }
    private static func decode(_ elements: Safetensors.Elements) -> [Scalar]? {
      if case .float64(let values) = elements { values } else { nil }
    }
  #endif
}

/// A checkpoint that cannot be used: where, why, and what to do.
struct CheckpointError: Error, CustomStringConvertible {
  let path: String
  let problem: String

  var description: String {
    "\(path): \(problem); delete it to train that unit again, or start a new run"
  }
}
