internal import Autodiff

/// A number by parameter group: a learning rate or a weight decay.
///
/// A group is named by one or more components of a parameter's scoped name: `bias` and
/// `output.bias` both match `policy.output.bias`. The longest match wins; what no group matches
/// takes the default.
struct ParameterGroups: Sendable {
  let standard: Double
  let groups: [(name: String, value: Double)]

  /// The number of every element, and the groups that matched nothing.
  func resolve(_ entries: [Parameters.Entry]) -> (values: [Scalar], unmatched: [String]) {
    var values: [Scalar] = []
    var used: Set<String> = []
    for entry in entries {
      let components = entry.name.split(separator: ".")
      var best: (length: Int, value: Double) = (0, standard)
      for group in groups {
        let wanted = group.name.split(separator: ".")
        guard !wanted.isEmpty, wanted.count <= components.count else { continue }
        let matches = (0...(components.count - wanted.count)).contains { start in
          components[start..<start + wanted.count].elementsEqual(wanted)
        }
        guard matches else { continue }
        used.insert(group.name)
        if wanted.count > best.length { best = (wanted.count, group.value) }
      }
      values.append(
        contentsOf: [Scalar](repeating: Scalar(best.value), count: entry.range.count))
    }
    return (values, groups.map(\.name).filter { !used.contains($0) })
  }
}
