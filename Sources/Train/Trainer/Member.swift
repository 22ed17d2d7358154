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

/// The unit of work: one member in one fold. Named, independent of all others, idempotent.
struct Unit: Sendable, Hashable {
  let fold: Fold
  let member: Member

  /// Like `folds/03/seed-2`.
  var path: String { "\(fold.folder)/\(member.name)" }
}
