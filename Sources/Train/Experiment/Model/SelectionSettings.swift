/// Variable selection: which of the features matter.
struct SelectionSettings: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    /// A variable selection network: weights of the variables date by date.
    case network
    /// One stochastic gate for each variable, the same on all dates.
    case gates
  }

  var kind: Kind
  /// Units of the embedding and of every gated residual network of `network`.
  var width: Int
  /// σ of the noise of `gates` in training.
  var noise: Double
  /// What each open gate costs.
  var penalty: Double

  init(_ reader: ConfigReader) {
    kind = reader.about(
      "network: a variable selection network, whose weights change from date to date; gates: a stochastic gate for each variable, the same on all dates, which leaves out what does not pay"
    )
    .choice("kind", default: .network)
    width = reader.about(
      "units of each variable's embedding and gated residual network, for network"
    )
    .int("width", default: 8, in: 1...1024)
    noise = reader.about("standard deviation of the gates' noise in training; they start at 0.5")
      .double("noise", default: 0.5, in: 0.01...10)
    penalty = reader.about("what each gate that is expected to be open costs, in units of the loss")
      .double("penalty", default: 0.01, in: 0...100)
  }
}
