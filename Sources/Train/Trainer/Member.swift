/// One network to train in a fold: a member of the model's ensemble, or the learned constants.
enum Member: Sendable, Hashable {
  /// Network number `seed` of the ensemble.
  case network(seed: Int)
  /// The baseline of trainable budgets without a network; it has no random start.
  case constants

  /// The name of its files and random streams.
  var name: String {
    switch self {
    case .network(let seed): "seed-\(seed)"
    case .constants: "constants"
    }
  }
}
