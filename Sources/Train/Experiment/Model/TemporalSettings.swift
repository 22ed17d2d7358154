/// Attention over the states of past decisions.
struct TemporalSettings: Sendable {
  /// Decisions attended to, the present one included.
  var steps: Int
  var heads: Int

  init(_ reader: ConfigReader) {
    steps = reader.about("decisions attended to, the present one included")
      .int("steps", default: 12, in: 1...10_000)
    heads = reader.about("attention heads; they divide the hidden units")
      .int("heads", default: 2, in: 1...256)
  }
}
