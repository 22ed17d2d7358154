internal import Autodiff
internal import Finance

/// One searched key of the config: its values, and when it has any.
struct SearchParameter: Sendable, Equatable {
  enum Domain: Sendable, Equatable {
    /// Between two numbers.
    case uniform(Double, Double)
    /// Between two positive numbers, uniform in the logarithm.
    case log(Double, Double)
    /// Whole numbers from the first to the second.
    case integer(Int, Int)
    case choice([JSONValue])
  }

  /// The parameter counts only where another has one of these values.
  struct Condition: Sendable, Equatable {
    let key: String
    let values: [JSONValue]
  }

  /// The path in the config, `training.learningRate`.
  let key: String
  let domain: Domain
  let conditions: [Condition]

  init(_ key: String, _ domain: Domain, when conditions: [Condition] = []) {
    self.key = key
    self.domain = domain
    self.conditions = conditions
  }

  /// Reads `{"log": [1e-4, 1e-2], "when": {"model.network": "lstm"}}`; nil after a fault was reported.
  init?(_ key: String, _ reader: ConfigReader) {
    self.key = key
    var conditions: [Condition] = []
    for member in reader.value("when")?.members ?? [] {
      conditions.append(
        Condition(key: member.key, values: member.value.elements ?? [member.value]))
    }
    self.conditions = conditions
    if let reason = Self.objection(to: key) {
      reader.report(nil, reason)
    }
    var found: [Domain] = []
    for kind in ["uniform", "log", "integer", "choice"] {
      guard let value = reader.value(kind) else { continue }
      let elements = value.elements ?? []
      let numbers = elements.compactMap(\.double)
      let isPair = elements.count == 2 && numbers.count == 2 && numbers[0] < numbers[1]
      switch kind {
      case "choice" where elements.count >= 2: found.append(.choice(elements))
      case "uniform" where isPair: found.append(.uniform(numbers[0], numbers[1]))
      case "log" where isPair && numbers[0] > 0: found.append(.log(numbers[0], numbers[1]))
      case "integer" where isPair && elements.allSatisfy({ $0.int != nil }):
        found.append(.integer(Int(numbers[0]), Int(numbers[1])))
      default:
        let expected =
          switch kind {
          case "choice": "an array of at least two values"
          case "integer": "two whole numbers, the smaller first"
          case "log": "two numbers above 0, the smaller first"
          default: "two numbers, the smaller first"
          }
        reader.report(kind, "value is \(value.text(.compact)); expected \(expected)")
        return nil
      }
    }
    guard found.count == 1, let domain = found.first else {
      reader.report(
        nil,
        "expected one of {\"uniform\": [a, b]}, {\"log\": [a, b]}, {\"integer\": [a, b]}, "
          + "{\"choice\": [x, y, …]}")
      return nil
    }
    self.domain = domain
  }

  /// Why a key may not be searched, if it may not: trials must be judged by the same measure on the
  /// same data.
  private static func objection(to key: String) -> String? {
    let fixed = [
      "data", "folds", "search", "report", "name", "description", "seed", "baselines", "strategy",
    ]
    let first = String(key.prefix { $0 != "." })
    if fixed.contains(first) || key == "execution.instructionSet" || key.hasPrefix("decisions.")
      || key.hasPrefix("execution.")
    {
      return "'\(key)' cannot be searched: trials must be judged on the same data and decisions"
    }
    if ["training", "decisions", "execution", "objective"].contains(key) {
      return
        "'\(key)' cannot be searched as a whole: some of its keys must be the same for all trials; "
        + "name those that differ, such as training.epochs"
    }
    if key == "training.pool" {
      return "'\(key)' cannot be searched: its universes are read once, for all trials"
    }
    if key == "training.validation" {
      return "'\(key)' cannot be searched: it is the measure that trials are judged by"
    }
    if first == "objective", !["Penalty", "Shape", "Threshold"].contains(where: key.contains) {
      return "'\(key)' cannot be searched: it changes the loss that trials are judged by"
    }
    return nil
  }

  /// Whether the parameter counts, given the values of those before it.
  func isActive(_ values: [String: JSONValue]) -> Bool {
    conditions.allSatisfy { condition in
      values[condition.key].map { condition.values.contains($0) } ?? false
    }
  }

  /// A value drawn without knowledge.
  func prior(_ generator: inout SplitMix64) -> JSONValue {
    switch domain {
    case .choice(let values): values[Self.index(values.count, &generator)]
    default: value(at: generator.uniform())
    }
  }

  /// The value at a place of the domain's scale from 0 to 1.
  func value(at place: Double) -> JSONValue {
    switch domain {
    // The ends themselves, without the rounding of the way there.
    case .uniform(let low, _) where place <= 0, .log(let low, _) where place <= 0:
      JSONValue(low)
    case .uniform(_, let high) where place >= 1, .log(_, let high) where place >= 1:
      JSONValue(high)
    case .uniform(let low, let high): JSONValue(low + place * (high - low))
    case .log(let low, let high):
      JSONValue(low * Elementary.exp(place * Elementary.log(high / low)))
    case .integer(let low, let high):
      JSONValue(min(high, low + Int(place * Double(high - low + 1))))
    case .choice(let values): values[min(values.count - 1, Int(place * Double(values.count)))]
    }
  }

  /// Where a value lies on the scale from 0 to 1; an integer in the middle of its share.
  func place(of value: JSONValue) -> Double? {
    guard let number = value.double else { return nil }
    switch domain {
    case .uniform(let low, let high): return (number - low) / (high - low)
    case .log(let low, let high):
      return Elementary.log(number / low) / Elementary.log(high / low)
    case .integer(let low, let high):
      return (number - Double(low) + 0.5) / Double(high - low + 1)
    case .choice: return nil
    }
  }

  static func index(_ count: Int, _ generator: inout SplitMix64) -> Int {
    min(count - 1, Int(generator.uniform() * Double(count)))
  }
}

extension SearchParameter {
  /// Both ends of a range, or all choices.
  var extremes: [JSONValue] {
    if case .choice(let values) = domain { return values }
    return [value(at: 0), value(at: 1)]
  }
}
