internal import Autodiff

/// What determines the bits of a unit's tensors: program, precision, arithmetic, data and config.
///
/// Every checkpoint carries it, so that one of another run is refused, and with what differs; records of
/// finished units carry its fingerprint.
struct CheckpointOrigin: Sendable, Equatable {
  /// `program`, `executable`, `scalar`, `instructionSet`, `arithmetic`, `data` (checksums by config key)
  /// and `config`.
  let json: JSONValue

  init(_ provenance: Provenance, config: JSONValue) {
    json = JSONValue(object: [
      ("program", JSONValue(provenance.version)),
      ("executable", JSONValue(provenance.executable)),
      ("scalar", JSONValue(provenance.scalar)),
      ("instructionSet", JSONValue(provenance.instructionSet)),
      ("arithmetic", JSONValue(provenance.arithmetic)),
      ("data", JSONValue(object: provenance.data.map { ($0.key, JSONValue($0.sha256)) })),
      ("config", config),
    ])
  }

  /// The identity that a checkpoint carries.
  init(json: JSONValue) { self.json = json }

  /// A checksum of all of it.
  var fingerprint: String { SHA256.hex(of: Array(json.text(.compact).utf8)) }

  /// What differs from `other`, one remark each: `config.training.epochs was 100 and is 150`.
  func differences(from other: CheckpointOrigin) -> [String] {
    let (mine, theirs) = (Self.leaves(json), Self.leaves(other.json))
    var remarks: [String] = []
    for (path, value) in theirs where mine[path] != value {
      remarks.append("\(path) was \(value) and is \(mine[path] ?? "absent")")
    }
    for (path, value) in mine where theirs[path] == nil {
      remarks.append("\(path) was absent and is \(value)")
    }
    return remarks.sorted()
  }

  private static func leaves(_ value: JSONValue, _ path: String = "") -> [String: String] {
    guard let members = value.members, !members.isEmpty else {
      return [path: value.text(.compact)]
    }
    var result: [String: String] = [:]
    for member in members {
      let below = leaves(member.value, path.isEmpty ? member.key : "\(path).\(member.key)")
      result.merge(below) { first, _ in first }
    }
    return result
  }
}
