internal import Finance

/// Groups of assets with bounds: a CSV file `group,minimum,maximum,assets`, the assets of a group
/// separated by spaces or semicolons, bounds left empty where there is none.
enum GroupsFile {
  static func read(_ path: String, assets: [String]) throws -> [WeightConstraints.Group] {
    let content = String(decoding: try FileBytes.read(path), as: UTF8.self)
    var groups: [WeightConstraints.Group] = []
    for (index, line) in content.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() where !line.allSatisfy(\.isWhitespace) {
      let place = "\(path): line \(index + 1)"
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.filter { $0 != "\"" }.trimmingWhitespace }
      if index == 0, fields.first == "group" { continue }
      guard fields.count == 4, !fields[0].isEmpty else {
        throw UsageError(
          "\(place): '\(line)' is not 'group,minimum,maximum,assets', such as "
            + "'bonds,0.2,0.6,UST2Y UST10Y'")
      }
      guard !groups.contains(where: { $0.name == fields[0] }) else {
        throw UsageError("\(place): group '\(fields[0])' is given twice")
      }
      var members: [Int] = []
      for name in fields[3].split(whereSeparator: { $0 == " " || $0 == ";" }).map(String.init) {
        guard let position = assets.firstIndex(of: name) else {
          throw UsageError(
            "\(place): no asset '\(name)'\(Spelling.hint(for: name, among: assets))")
        }
        guard !members.contains(position) else {
          throw UsageError("\(place): '\(name)' is in group '\(fields[0])' twice")
        }
        members.append(position)
      }
      guard !members.isEmpty else {
        throw UsageError("\(place): group '\(fields[0])' has no assets")
      }
      groups.append(
        WeightConstraints.Group(
          name: fields[0], members: members, minimum: try bound(fields[1], 0, place),
          maximum: try bound(fields[2], 1, place)))
    }
    guard !groups.isEmpty else { throw UsageError("\(path): no groups") }
    return groups
  }

  private static func bound(_ text: String, _ standard: Double, _ place: String) throws -> Double {
    guard !text.isEmpty else { return standard }
    guard let value = Double(text), value >= 0, value <= 1 else {
      throw UsageError("\(place): the bound is '\(text)'; expected a number in 0…1, or nothing")
    }
    return value
  }
}

extension String {
  fileprivate var trimmingWhitespace: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
