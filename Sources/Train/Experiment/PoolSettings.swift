/// A universe that the experiment's network is also trained on, beside the experiment's own.
struct PoolSettings: Sendable {
  /// What messages, reports and parameters call it.
  var name: String
  /// The weight of its objective beside the experiment's own, which has 1; 0 leaves it out.
  var weight: Double
  /// Training decisions that a fold must have of it, or it teaches nothing there.
  var least: Int
  var data: DataSettings

  init(_ reader: ConfigReader) {
    name = reader.about("what messages, reports and parameters call it")
      .string("name")
    weight = reader.about(
      "the weight of its objective beside the experiment's own, which has 1; 0 leaves it out"
    )
    .double("weight", default: 1, in: 0...)
    least = reader.about("training decisions from which on it teaches in a fold")
      .int("least", default: 104, in: 8...)
    data = reader.about("its market data, with the keys of the section data")
      .object("data", expected: "an object with the keys of data") { DataSettings($0) }
    if name.isEmpty || !name.allSatisfy({ $0.isLetter || $0.isNumber || "-_".contains($0) }) {
      reader.report(
        "name", "value is \"\(name)\"; expected letters, digits, '-' and '_': it names parameters")
    }
  }

  /// The scope of the parameters that are its own.
  var scope: String { "pool-\(name)" }
}
