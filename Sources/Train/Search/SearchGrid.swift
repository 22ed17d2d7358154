internal import Finance

/// All combinations of a space of choices, in order: the last parameter changes first.
///
/// A parameter that others switch off has no value in a combination, and does not multiply it.
struct SearchGrid: Sendable {
  /// The values of each combination.
  let combinations: [[(key: String, value: JSONValue)]]

  /// The grid of a space; nil where a parameter is not a choice, or where there are more than `most`
  /// combinations.
  init?(_ space: [SearchParameter], most: Int) {
    var combinations: [[(key: String, value: JSONValue)]] = [[]]
    for parameter in space {
      guard case .choice(let choices) = parameter.domain else { return nil }
      combinations = combinations.flatMap { combination in
        let values = Dictionary(uniqueKeysWithValues: combination.map { ($0.key, $0.value) })
        guard parameter.isActive(values) else { return [combination] }
        return choices.map { combination + [(parameter.key, $0)] }
      }
      guard combinations.count <= most else { return nil }
    }
    guard !space.isEmpty else { return nil }
    self.combinations = combinations
  }
}
