/// Variable selection: which of the features matter, date by date.
struct SelectionSettings: Sendable {
  /// Units of the embedding and of every gated residual network.
  var width: Int

  init(_ reader: ConfigReader) {
    width = reader.about("units of each variable's embedding and gated residual network")
      .int("width", default: 8, in: 1...1024)
  }
}
