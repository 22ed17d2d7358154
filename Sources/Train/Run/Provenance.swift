internal import Autodiff
internal import Kernels

/// What a run was made with: enough to refuse going on with anything else.
struct Provenance: Sendable, Equatable {
  /// A data file and its contents' checksum.
  struct DataFile: Sendable, Equatable {
    /// The key of the config that names it.
    var key: String
    /// Where it was read.
    var path: String
    var sha256: String
  }

  var version: String
  /// The checksum of the executable; see ``ProgramIdentity``.
  var executable: String
  var instructionSet: String
  var scalar: String
  /// The checksum of the C library's functions; see ``ProgramIdentity``.
  var arithmetic: String
  /// The checksum of the resolved config.
  var config: String
  /// The folder that relative data paths start from.
  var folder: String
  var data: [DataFile]
  /// What the data look like.
  var character: DataCharacter
  /// The precision and the executable of the run that this one was converted from, if it was.
  var convertedFrom: String?

  /// Of this program, on this machine, with this resolved config and these data.
  init(config: JSONValue, folder: String, data: [DataFile], character: DataCharacter) {
    version = ProgramIdentity.version
    executable = ProgramIdentity.executable
    instructionSet = InstructionSet.active.rawValue
    scalar = "\(Scalar.self)"
    arithmetic = ProgramIdentity.arithmetic
    self.config = SHA256.hex(of: Array(config.text().utf8))
    self.folder = folder
    self.data = data
    self.character = character
  }

  var json: JSONValue {
    JSONValue(object: [
      ("keel", JSONValue(version)),
      ("executable", JSONValue(executable)),
      ("instructionSet", JSONValue(instructionSet)),
      ("scalar", JSONValue(scalar)),
      ("arithmetic", JSONValue(arithmetic)),
      ("config", JSONValue(config)),
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
      ("convertedFrom", convertedFrom.map { JSONValue($0) } ?? nil),
    ])
  }

  /// Reads what `json` wrote.
  init(contentsOf path: String) throws {
    let document = try ConfigDocument(contentsOf: path)
    self = try document.decode { Provenance($0) }.value
  }

  private init(_ reader: ConfigReader) {
    version = reader.string("keel")
    executable = reader.string("executable")
    instructionSet = reader.string("instructionSet")
    scalar = reader.string("scalar")
    arithmetic = reader.string("arithmetic")
    config = reader.string("config")
    folder = reader.string("folder")
    data = reader.objects("data") {
      DataFile(key: $0.string("key"), path: $0.string("path"), sha256: $0.string("sha256"))
    }
    character = DataCharacter(
      daysPerRow: reader.double("daysPerRow"), volatilities: reader.doubles("volatilities"))
    convertedFrom = reader.optionalString("convertedFrom")
  }

  /// Refuses to go on with a run that was made otherwise.
  func requireSame(as now: Provenance, run: String) throws {
    if let (then, now) = differences(from: now).first { throw refusal(then, now, run) }
  }

  /// Refuses to read a finished run whose data or precision are others now.
  ///
  /// Another program, or the same on another machine, may read it; what differs is returned, a remark
  /// each. The config is not compared: a newer program may know more keys.
  func requireReadable(
    by now: Provenance, run: String, inAnyPrecision: Bool = false
  ) throws -> [String] {
    let differences = differences(from: now).filter { then, _ in
      then.name != "config" && !(inAnyPrecision && then.name == "precision")
    }
    return try differences.map { then, now in
      guard then.isOfProgram else { throw refusal(then, now, run) }
      return "the \(then.name) was \(then.shortValue) and is \(now.shortValue)"
    }
  }

  /// Refuses a run whose config was changed after it began.
  func requireConfig(of run: RunDirectory) throws {
    guard try SHA256.hex(ofFile: run.config) == config else {
      throw ExperimentError(
        "\(run.config): was changed after the run began; restore it, or start a new run")
    }
  }

  private func refusal(_ then: Determinant, _ now: Determinant, _ run: String) -> ExperimentError {
    ExperimentError(
      "\(run): the \(then.name) was \(then.value) when the run began and is \(now.value) now; "
        + remedy(for: then.name, run: run))
  }

  /// Something that determines the run's bits.
  private struct Determinant: Equatable {
    let name: String
    let value: String
    /// Whether it is code or machine, which move last bits, and not what is computed.
    var isOfProgram = false

    /// Checksums by their first digits.
    var shortValue: String { value.count > 20 ? "\(value.prefix(12))…" : value }
  }

  private func differences(
    from now: Provenance
  ) -> [(then: Determinant, now: Determinant)] {
    zip(determinants, now.determinants).filter { $0 != $1 }
  }

  private var determinants: [Determinant] {
    [
      Determinant(name: "program", value: version, isOfProgram: true),
      Determinant(name: "executable", value: executable, isOfProgram: true),
      Determinant(name: "precision", value: scalar),
      Determinant(name: "instruction set", value: instructionSet, isOfProgram: true),
      Determinant(name: "arithmetic", value: arithmetic, isOfProgram: true),
      Determinant(name: "config", value: config),
    ] + data.map { Determinant(name: "checksum of \($0.path)", value: $0.sha256) }
  }

  private func remedy(for name: String, run: String) -> String {
    switch name {
    case "program", "executable":
      "go on with the program that began the run, or start a new run"
    case "precision":
      "use a program built with the same traits, or convert the run by 'train convert \(run)'"
    case "instruction set":
      "set KEEL_ISA=\(instructionSet) in the environment; where that is not available, start a new "
        + "run with execution.instructionSet set to what all machines have"
    case "arithmetic":
      "the C library or the processor computes other last bits; go on where the run began, or start "
        + "a new run"
    case "config": "restore \(run)/config.json, or start a new run"
    default: "restore the file, or start a new run"
    }
  }

  /// Computes with the run's instruction set from here on where the processor has it.
  func preferInstructionSet() throws {
    if let wanted = InstructionSet(rawValue: instructionSet),
      InstructionSet.available.contains(wanted)
    {
      try InstructionSet.pin(wanted)
    }
  }

  /// Computes with the run's instruction set from here on, or refuses.
  func pinInstructionSet(run: String) throws {
    guard let wanted = InstructionSet(rawValue: instructionSet) else {
      throw ExperimentError("\(run)/run.json: unknown instruction set '\(instructionSet)'")
    }
    do { try InstructionSet.pin(wanted) } catch {
      throw ExperimentError(
        "\(run) is computed with the instruction set \(instructionSet), and results of another one may "
          + "not be mixed in: \(error). For machines of several kinds plan a run with "
          + "execution.instructionSet set to what all of them have")
    }
  }
}
