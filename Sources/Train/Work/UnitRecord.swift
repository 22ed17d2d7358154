/// What says that a stage of a unit is done, and with what: written after the unit's tensors.
///
/// A stage of a unit is done when its record exists; until then whatever else lies in the unit's folder
/// is work in progress.
struct UnitRecord: Sendable, Equatable {
  /// The unit's path.
  var unit: String
  var stage: String
  /// The fingerprint of what the unit was computed with; see ``CheckpointOrigin``.
  var origin: String
  /// The checksum of the tensors; empty where training failed.
  var sha256: String
  /// Evaluations of the losses, the untrained start included.
  var epochs: Int
  /// The best validation loss so far; NaN where training failed.
  var validation: Double
  /// The time spent, by whoever finished it; a requeued unit counts from its last start.
  var seconds: Double
  /// Who finished it.
  var worker: String
  /// Why training failed, where it did.
  var failure: String?

  var json: JSONValue {
    JSONValue(object: [
      ("unit", JSONValue(unit)),
      ("stage", JSONValue(stage)),
      ("sha256", JSONValue(sha256)),
      ("epochs", JSONValue(epochs)),
      ("validation", JSONValue(validation)),
      ("seconds", JSONValue(seconds)),
      ("worker", JSONValue(worker)),
      ("failure", failure.map { JSONValue($0) } ?? nil),
      ("origin", JSONValue(origin)),
    ])
  }

  init(
    unit: String, stage: String, origin: String, sha256: String, epochs: Int,
    validation: Double, seconds: Double, worker: String, failure: String? = nil
  ) {
    self.unit = unit
    self.stage = stage
    self.origin = origin
    self.sha256 = sha256
    self.epochs = epochs
    self.validation = validation
    self.seconds = seconds
    self.worker = worker
    self.failure = failure
  }

  /// Reads what `json` wrote.
  init(contentsOf path: String) throws {
    self = try ConfigDocument(contentsOf: path).decode { reader in
      UnitRecord(
        unit: reader.string("unit"), stage: reader.string("stage"),
        origin: reader.string("origin"),
        sha256: reader.string("sha256", default: ""), epochs: reader.int("epochs", in: 0...),
        validation: reader.optionalDouble("validation") ?? .nan,
        seconds: reader.double("seconds", in: 0...), worker: reader.string("worker"),
        failure: reader.optionalString("failure"))
    }.value
  }
}
