/// One network to train in a fold: a member of the model's ensemble, the learned constants, or a
/// forecaster of the baselines that forecast first and optimise then.
enum Member: Sendable, Hashable {
  /// Network number `seed` of the ensemble.
  case network(seed: Int)
  /// The baseline of trainable budgets without a network; it has no random start.
  case constants
  /// Network number `seed` that forecasts, trained on the loss of its forecasts alone.
  case forecaster(ForecastTarget, seed: Int)

  /// The name of its files and random streams.
  var name: String {
    switch self {
    case .network(let seed): "seed-\(seed)"
    case .constants: "constants"
    case .forecaster(let target, let seed): "\(target.rawValue)-seed-\(seed)"
    }
  }

  /// Whether it is of the model's ensemble.
  var isOfModel: Bool { if case .network = self { true } else { false } }
}
