/// A run that cannot be put together: which units are missing, damaged or of another kind.
struct MergeError: Error, CustomStringConvertible {
  /// What is wrong with one unit.
  struct Fault: Error, Equatable {
    enum Kind: Equatable {
      case missing
      case damaged(String)
      /// Computed with another program, config or data, or by another arithmetic: which.
      case foreign(String)
    }
    let unit: String
    let kind: Kind
  }

  let run: String
  /// The number of units in all.
  let units: Int
  let faults: [Fault]

  var description: String {
    var missing: [String] = []
    var lines: [String] = []
    var broken: [String] = []
    for fault in faults {
      switch fault.kind {
      case .missing: missing.append(fault.unit)
      case .damaged(let what):
        lines.append("\(fault.unit): damaged: \(what)")
        broken.append(fault.unit)
      case .foreign(let what):
        lines.append("\(fault.unit): \(what)")
        broken.append(fault.unit)
      }
    }
    let shown = 8
    var text = "\(run): \(faults.count) of \(units) units cannot be merged"
    for line in lines.prefix(shown) { text += "\n  \(line)" }
    if lines.count > shown { text += "\n  and \(lines.count - shown) more" }
    if !missing.isEmpty {
      let names = missing.prefix(shown).joined(separator: ", ")
      text +=
        "\n  not done: \(names)\(missing.count > shown ? " and \(missing.count - shown) more" : "")"
    }
    text += "\n"
    if let first = broken.first {
      text += "remove the folders of the bad units (such as \(run)/\(first)), then "
    }
    return text + "do what is left by 'train work \(run)' and merge again"
  }
}
