/// The units of a run by name: what a look at its progress needs to know.
struct UnitList: Sendable, Equatable {
  var units: [String]
  /// The largest number of epochs of each.
  var epochs: Int

  init(units: [String], epochs: Int) {
    self.units = units
    self.epochs = epochs
  }

  var json: JSONValue {
    JSONValue(object: [("epochs", JSONValue(epochs)), ("units", JSONValue(units))])
  }

  /// Reads what `json` wrote.
  init(contentsOf path: String) throws {
    self = try ConfigDocument(contentsOf: path).decode {
      UnitList(units: $0.strings("units"), epochs: $0.int("epochs", in: 1...))
    }.value
  }
}
