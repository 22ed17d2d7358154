internal import Autodiff
internal import Kernels

/// What a run was made with: enough to refuse going on with anything else.
struct Provenance: Sendable, Equatable {
  /// The version of the program.
  static let version = "0.1.0"

  /// A data file and its contents' checksum.
  struct DataFile: Sendable, Equatable {
    /// The key of the config that names it.
    var key: String
    /// Where it was read.
    var path: String
    var sha256: String
  }

  var version: String
  var instructionSet: String
  var scalar: String
  /// The folder that relative data paths start from.
  var folder: String
  var data: [DataFile]
  /// What the data look like.
  var character: DataCharacter

  /// Of this program, on this machine, with these data.
  init(folder: String, data: [DataFile], character: DataCharacter) {
    self.character = character
    version = Self.version
    instructionSet = InstructionSet.active.rawValue
    scalar = "\(Scalar.self)"
    self.folder = folder
    self.data = data
  }

  var json: JSONValue {
    JSONValue(object: [
      ("keel", JSONValue(version)),
      ("instructionSet", JSONValue(instructionSet)),
      ("scalar", JSONValue(scalar)),
      ("folder", JSONValue(folder)),
      (
        "data",
        JSONValue(
          .array(
            data.map {
              JSONValue(object: [
                ("key", JSONValue($0.key)), ("path", JSONValue($0.path)),
                ("sha256", JSONValue($0.sha256)),
              ])
            }))
      ),
      ("daysPerRow", JSONValue(character.daysPerRow)),
      ("volatilities", JSONValue(character.volatilities)),
    ])
  }

  /// Reads what `json` wrote.
  init(contentsOf path: String) throws {
    let document = try ConfigDocument(contentsOf: path)
    self = try document.decode { reader in
      var result = Provenance(
        folder: reader.string("folder"), data: [],
        character: DataCharacter(
          daysPerRow: reader.double("daysPerRow"), volatilities: reader.doubles("volatilities")))
      result.version = reader.string("keel")
      result.instructionSet = reader.string("instructionSet")
      result.scalar = reader.string("scalar")
      result.data = reader.objects("data") {
        DataFile(key: $0.string("key"), path: $0.string("path"), sha256: $0.string("sha256"))
      }
      return result
    }.value
  }

  /// Refuses to go on with a run that was made otherwise.
  func requireSame(as now: Provenance, run: String) throws {
    func refuse(_ what: String, _ then: String, _ now: String, _ remedy: String) -> ExperimentError
    {
      ExperimentError("\(run): \(what) was \(then) when the run began and is \(now) now; \(remedy)")
    }
    if version != now.version {
      throw refuse("the program", version, now.version, "start a new run")
    }
    if scalar != now.scalar {
      throw refuse("the precision", scalar, now.scalar, "build with the same traits")
    }
    if instructionSet != now.instructionSet {
      throw refuse(
        "the instruction set", instructionSet, now.instructionSet,
        "set KEEL_ISA=\(instructionSet) in the environment")
    }
    for (old, new) in zip(data, now.data) where old.sha256 != new.sha256 {
      throw refuse(
        "the checksum of \(new.path)", old.sha256, new.sha256,
        "restore the file, or start a new run")
    }
  }
}
