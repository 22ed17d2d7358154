import Testing

@testable import Train

/// A schema with every kind of key.
private struct Sample: Equatable {
  enum Optimizer: String, CaseIterable { case adam, sgd, lion }

  struct Training: Equatable {
    var epochs: Int
    var learningRate: Double
    var optimizer: Optimizer
    var clip: Double?

    init(_ reader: ConfigReader) {
      epochs = reader.int("epochs", default: 150, in: 1...100_000)
      learningRate = reader.double("learningRate", default: 1e-3, in: 1e-8...1)
      optimizer = reader.choice("optimizer", default: .adam)
      clip = reader.optionalDouble("clip", in: .above(0))
    }
  }

  var seed: Int
  var name: String
  var shuffle: Bool
  var lag: Int
  var assets: [String]
  var ladder: [Double]
  var training: Training
  var stress: Training?
  var layers: [String]
  var costs: [String]
  var measure: String

  init(_ reader: ConfigReader) {
    seed = reader.int("seed", in: 0...)
    name = reader.string("name", default: "quick")
    shuffle = reader.bool("shuffle", default: false)
    lag = reader.int("lag", default: 1, in: 0..<5)
    assets = reader.strings("assets", default: ["A", "B"], count: 1...)
    ladder = reader.doubles("ladder", default: [0.5], in: 0...1)
    training = reader.object("training") { Training($0) }
    stress = reader.optionalObject("stress") { Training($0) }
    layers = reader.objects("layers") { layer in
      layer.string("kind") + "\(layer.int("size", default: 8, in: 1...))"
    }
    costs = reader.namedDoubles("costs", default: [], in: 0...100).map { "\($0.name)=\($0.value)" }
    measure = reader.choice("measure", default: "sharpe", of: ["sharpe", "sortino"])
  }
}

@Suite struct ConfigReaderTests {
  private func decode(_ text: String, set overrides: [String] = []) throws -> (Sample, JSONValue) {
    var document = try ConfigDocument(parsing: text, file: "x.json")
    for override in overrides { try document.apply(ConfigOverride(parsing: override)) }
    let (value, resolved) = try document.decode { Sample($0) }
    return (value, resolved)
  }

  private func messages(_ text: String, set overrides: [String] = []) -> [String] {
    do {
      _ = try decode(text, set: overrides)
      return []
    } catch {
      return "\(error)".split(separator: "\n").map { String($0) }
    }
  }

  @Test func defaultsApplyAndEveryKeyIsResolvedInOrder() throws {
    let (value, resolved) = try decode(#"{"seed": 7}"#)
    #expect(value.seed == 7 && value.training.epochs == 150 && value.stress == nil)
    #expect(
      resolved.text() == """
        {
          "seed": 7,
          "name": "quick",
          "shuffle": false,
          "lag": 1,
          "assets": ["A", "B"],
          "ladder": [0.5],
          "training": {
            "epochs": 150,
            "learningRate": 0.001,
            "optimizer": "adam",
            "clip": null
          },
          "stress": null,
          "layers": [],
          "costs": {},
          "measure": "sharpe"
        }

        """)
  }

  @Test func resolvedConfigurationDecodesToItself() throws {
    let text = #"""
      {"seed": 3, "assets": ["S&P 500"], "ladder": [0, 0.25, 1], "stress": {"clip": 2, "optimizer": "lion"},
       "layers": [{"kind": "lstm", "size": 4}, {"kind": "gru"}], "costs": {"S&P 500": 2, "B": 0.5}}
      """#
    let (value, resolved) = try decode(text)
    let (again, resolvedAgain) = try decode(resolved.text())
    #expect(again == value)
    #expect(resolvedAgain == resolved)
    #expect(resolvedAgain.text() == resolved.text())
    #expect(value.layers == ["lstm4", "gru8"])
    #expect(value.costs == ["S&P 500=2.0", "B=0.5"])
  }

  @Test func everyFaultIsReportedAtOnceInTheOrderOfTheText() {
    let text = #"""
      {
        "name": 5,
        "seed": 1.5,
        "lag": 5,
        "training": {
          "learningRate": 7, "epochs": 0,
          "optimizer": "adm",
          "learningrte": 0.1
        },
        "assets": ["A", 3],
        "ladder": [0.5, 2, "x"],
        "layers": [{"size": 2}],
        "costs": {"S&P 500": -1},
        "measure": "sharp",
        "shuffle": "yes",
        "stress": []
      }
      """#
    #expect(
      messages(text) == [
        "x.json:2:11: $.name: value is 5; expected a string",
        "x.json:3:11: $.seed: value is 1.5; expected an integer, at least 0",
        "x.json:4:10: $.lag: value is 5; expected an integer, at least 0 and below 5",
        "x.json:6:21: $.training.learningRate: value is 7; expected a number in 1e-08…1",
        "x.json:6:34: $.training.epochs: value is 0; expected an integer in 1…100000",
        #"x.json:7:18: $.training.optimizer: value is "adm"; expected one of "adam", "sgd", "lion""#
          + "; did you mean 'adam'?",
        "x.json:8:5: $.training: unknown key 'learningrte'; did you mean 'learningRate'? "
          + "(accepted: 'epochs', 'learningRate', 'optimizer', 'clip')",
        "x.json:10:19: $.assets[1]: value is 3; expected a string",
        "x.json:11:19: $.ladder[1]: value is 2; expected a number in 0…1",
        #"x.json:11:22: $.ladder[2]: value is "x"; expected a number in 0…1"#,
        "x.json:12:14: $.layers[0]: missing key 'kind'",
        #"x.json:13:24: $.costs["S&P 500"]: value is -1; expected a number in 0…100"#,
        #"x.json:14:14: $.measure: value is "sharp"; expected one of "sharpe", "sortino""#
          + "; did you mean 'sharpe'?",
        #"x.json:15:14: $.shuffle: value is "yes"; expected true or false"#,
        "x.json:16:13: $.stress: value is an array of 0 values; expected an object",
      ])
  }

  @Test func missingKeysGuessTheTypo() {
    #expect(
      messages(#"{"sede": 1}"#).first
        == "x.json:1:1: $: missing key 'seed'; is 'sede' a typo?")
  }

  @Test func optionalKeysSayThatNullIsAllowed() {
    #expect(
      messages(#"{"seed": 1, "training": {"clip": 0}}"#) == [
        "x.json:1:34: $.training.clip: value is 0; expected a number above 0 or null"
      ])
    #expect(messages(#"{"seed": 1, "training": {"clip": null}, "stress": null}"#).isEmpty)
    #expect(
      messages(#"{"seed": null}"#) == [
        "x.json:1:10: $.seed: value is null; expected an integer, at least 0"
      ])
  }

  @Test func rootMustBeAnObject() {
    #expect(
      messages("[1]") == ["x.json:1:1: $: value is an array of 1 value; expected an object"])
  }

  @Test func countsAreChecked() {
    #expect(
      messages(#"{"seed": 1, "assets": []}"#) == [
        "x.json:1:23: $.assets: value is an array of 0 values; expected a number of elements, at least 1"
      ])
  }

  @Test func overridesReplaceValuesAndCreateParents() throws {
    let (value, _) = try decode(
      #"{"seed": 1, "training": {"epochs": 3}}"#,
      set: [
        "training.epochs=7", "name=run 2", "stress.clip=0.5", "shuffle=true", "assets=[\"X\"]",
        "training.epochs=9", "layers=[{\"kind\": \"a=b\"}]",
      ])
    #expect(value.training.epochs == 9)
    #expect(value.name == "run 2")
    #expect(value.stress?.clip == 0.5)
    #expect(value.shuffle)
    #expect(value.assets == ["X"])
    #expect(value.layers == ["a=b8"])
  }

  @Test func faultsOfOverridesNameTheOverride() {
    #expect(
      messages(
        #"{"seed": -1}"#,
        set: ["training.epohcs=7", "training.clip=x", "trainign.epochs=1", "lag=NaN"]) == [
          "x.json:1:10: $.seed: value is -1; expected an integer, at least 0",
          #"--set lag=NaN: $.lag: value is "NaN"; expected an integer, at least 0 and below 5"#,
          #"--set training.clip=x: $.training.clip: value is "x"; expected a number above 0 or null"#,
          "--set training.epohcs=7: $.training: unknown key 'epohcs'; did you mean 'epochs'? "
            + "(accepted: 'epochs', 'learningRate', 'optimizer', 'clip')",
          "--set trainign.epochs=1: $: unknown key 'trainign'; did you mean 'training'? (accepted: "
            + "'seed', 'name', 'shuffle', 'lag', 'assets', 'ladder', 'training', 'stress', "
            + "'layers', 'costs', 'measure')",
        ])
    #expect(
      messages(#"{"seed": 1}"#, set: ["seed.x=2"]) == [
        "--set seed.x=2: $.seed: value is 1; expected an object"
      ])
  }

  @Test(arguments: ["epochs", "=3", "a..b=3", ".a=1", "a.=1"])
  func malformedOverridesAreUsageErrors(text: String) {
    #expect(throws: UsageError.self) { try ConfigOverride(parsing: text) }
  }

  @Test func schemaFaultsCarryTheirPlace() throws {
    let document = try ConfigDocument(
      parsing: "{\n \"train\": 0.3,\n \"test\": 0.4}", file: "x.json")
    let error = #expect(throws: ConfigError.self) {
      try document.decode { reader in
        let train = reader.double("train", in: .between(0, 1))
        let test = reader.double("test", in: .above(0, upTo: 1))
        if test > train { reader.report("test", "value is \(test); expected at most 'train'") }
        reader.report("missing", "expected something")
      }
    }
    #expect(
      error?.description == """
        x.json:1:1: $.missing: expected something
        x.json:3:10: $.test: value is 0.4; expected at most 'train'
        """)
  }

  @Test func readingAKeyTwiceIsAProgrammingError() async {
    await #expect(processExitsWith: .failure) {
      let document = try ConfigDocument(parsing: "{}", file: "x.json")
      _ = try document.decode { $0.int("a", default: 1) + $0.int("a", default: 1) }
    }
  }

  @Test func namedObjectsKeepTheirOrder() throws {
    let document = try ConfigDocument(
      parsing: #"{"groups": {"z": {"cap": 0.5}, "a": {}}}"#, file: "x.json")
    let (groups, resolved) = try document.decode { reader in
      reader.namedObjects("groups") { name, group in "\(name) \(group.double("cap", default: 1))" }
        .map(\.value)
    }
    #expect(groups == ["z 0.5", "a 1.0"])
    #expect(resolved == ["groups": ["z": ["cap": 0.5], "a": ["cap": 1.0]]])
  }
}
