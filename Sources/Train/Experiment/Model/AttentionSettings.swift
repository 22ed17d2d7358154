internal import Autodiff

/// Sparse attention across assets: each reads its nearest neighbours and some learned tokens.
struct AttentionSettings: Sendable {
  enum Weighting: String, Sendable, CaseIterable {
    case softmax
    case entmax
    case sparsemax
  }

  /// k, besides the asset itself.
  var neighbours: Int
  /// Learned global tokens, which see all assets.
  var tokens: Int
  var heads: Int
  var weighting: Weighting
  var dropout: Double
  /// Rows of returns that neighbours are chosen by.
  var lookback: Int
  /// Rows from one choice to the next.
  var refresh: Int

  init(_ reader: ConfigReader, assets: Int) {
    neighbours = reader.about(
      "assets that each asset attends to besides itself: those of the highest trailing correlation"
    )
    .int("neighbours", default: min(8, max(1, assets - 1)), in: 1...10_000)
    tokens = reader.about("learned global tokens, which see all assets")
      .int("tokens", default: 4, in: 0...1024)
    heads = reader.about("attention heads; they divide the width of the states")
      .int("heads", default: 2, in: 1...256)
    weighting = reader.about("how scores become weights: entmax is 1.5-entmax")
      .choice("weighting", default: .softmax)
    dropout = reader.about("probability that an element of the update is left out in training")
      .double("dropout", default: 0, in: 0..<1)
    lookback = reader.about("rows of returns that neighbours are chosen by")
      .int("lookback", default: 120, in: 2...100_000)
    refresh = reader.about("rows from one choice of neighbours to the next")
      .int("refresh", default: 21, in: 1...100_000)
    if neighbours >= assets {
      reader.report(
        "neighbours",
        "value is \(neighbours); expected fewer than the \(assets) assets, or null for attention")
    }
  }

  /// α-entmax of the weighting.
  var value: AttentionWeighting {
    switch weighting {
    case .softmax: .softmax
    case .entmax: .entmax
    case .sparsemax: .sparsemax
    }
  }
}
