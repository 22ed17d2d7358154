/// One network to train in a fold: a member of the model's ensemble, the learned constants, or a
/// forecaster of the baselines that forecast first and optimise then.
enum Member: Sendable, Hashable {
  /// Network number `seed` of the ensemble.
  case network(seed: Int)
  /// The baseline of trainable budgets without a network. It has no random start: there is one, or one for
  /// each block where validation rotates.
  case constants(number: Int)
  /// Network number `seed` that forecasts, trained on the loss of its forecasts alone.
  case forecaster(ForecastTarget, seed: Int)

  /// The name of its files and random streams.
  var name: String {
    switch self {
    case .network(let seed): "seed-\(seed)"
    case .constants(let number): number == 0 ? "constants" : "constants-\(number)"
    case .forecaster(let target, let seed): "\(target.rawValue)-seed-\(seed)"
    }
  }

  /// Its place in its ensemble, from 0.
  var number: Int {
    switch self {
    case .network(let number), .constants(let number), .forecaster(_, let number): number
    }
  }

  /// Whether it is of the model's ensemble.
  var isOfModel: Bool { if case .network = self { true } else { false } }

  /// Whether it is of the learned constants.
  var isConstants: Bool { if case .constants = self { true } else { false } }
}
