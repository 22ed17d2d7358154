import Testing

@testable import Train

/// The keys of Docs/Recipes/config-key.md and Docs/Recipes/layer.md.
@Suite struct ForeignKeyTests {
  private struct Neighbours {
    /// Rows between two searches for neighbours.
    var refresh: Int

    init(_ reader: ConfigReader) {
      refresh = reader.about("rows between two searches for neighbours")
        .int("refresh", default: 21, in: 1...10_000)
    }
  }

  /// A gate that scales the states of each asset.
  struct SelfGateSettings: Sendable {
    var dropout: Double

    init(_ reader: ConfigReader) {
      dropout = reader.about("probability that a state is left out in training")
        .double("dropout", default: 0, in: 0..<1)
    }
  }

  private struct Model {
    var selfGate: SelfGateSettings?

    init(_ reader: ConfigReader) {
      selfGate = reader.about("a gate over the states; null: none")
        .optionalObject("selfGate") { SelfGateSettings($0) }
    }
  }

  private func decode<Value>(_ text: String, _ make: (ConfigReader) -> Value) throws -> Value {
    try ConfigDocument(parsing: text, file: "x.json").decode(make).value
  }

  @Test func theKeyHasADefaultAndARange() throws {
    #expect(try decode("{}") { Neighbours($0) }.refresh == 21)
    #expect(try decode("{\"refresh\": 5}") { Neighbours($0) }.refresh == 5)
    let error = #expect(throws: ConfigError.self) {
      try decode("{\"refresh\": 0}") { Neighbours($0) }
    }
    #expect(error?.description.contains("$.refresh: value is 0") == true)
    let typo = #expect(throws: ConfigError.self) {
      try decode("{\"refesh\": 3}") { Neighbours($0) }
    }
    #expect(typo?.description.contains("did you mean 'refresh'") == true)
  }

  @Test func aBlockThatIsNotThereIsNotBuilt() throws {
    #expect(try decode("{}") { Model($0) }.selfGate == nil)
    #expect(try decode("{\"selfGate\": {}}") { Model($0) }.selfGate?.dropout == 0)
  }
}
