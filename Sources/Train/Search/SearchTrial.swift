/// One configuration of a search and what became of it.
struct SearchTrial: Sendable {
  let number: Int
  /// The searched values, in the order of the space.
  let values: [(key: String, value: JSONValue)]
  /// The loss after each rung it took part in.
  var losses: [Double] = []
  /// Whether it was trained to the end.
  var isComplete = false
  /// Why it failed, if it did.
  var failure: String?

  init(_ number: Int, _ values: [(key: String, value: JSONValue)]) {
    self.number = number
    self.values = values
  }

  /// The mean over blocks and seeds of the best validation loss so far; nil where it failed.
  var loss: Double? { failure == nil ? losses.last : nil }

  var observation: SearchSampler.Observation {
    SearchSampler.Observation(
      values: Dictionary(uniqueKeysWithValues: values.map { ($0.key, $0.value) }), loss: loss)
  }

  /// A line of `trials.jsonl`.
  var json: JSONValue {
    JSONValue(object: [
      ("trial", JSONValue(number)),
      ("loss", loss.map { JSONValue($0) } ?? nil),
      ("losses", JSONValue(losses)),
      ("complete", JSONValue(isComplete)),
      ("failure", failure.map { JSONValue($0) } ?? nil),
      ("values", JSONValue(object: values)),
    ])
  }
}
