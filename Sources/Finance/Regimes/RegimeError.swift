/// Why a regime model cannot be evaluated.
public enum RegimeError: Error, Equatable, CustomStringConvertible {
  /// A transition matrix has a row that is no probability distribution.
  case notStochastic(row: Int, sum: Double)
  /// A chain has more than one closed class of states, and so no single stationary distribution.
  case reducible
  /// A log-likelihood is NaN or +∞.
  case badEmission(regime: Int, value: Double)
  /// Every regime gives an observation probability zero.
  case impossibleObservation

  /// A sentence with the numbers and the remedy.
  public var description: String {
    switch self {
    case .notStochastic(let row, let sum):
      "regimes: row \(row) of the transition matrix is no distribution (sum \(sum)); "
        + "rows need numbers in 0 … 1 of sum 1"
    case .reducible:
      "regimes: the transition matrix has several closed classes and so no single stationary "
        + "distribution; let every regime be left with some probability"
    case .badEmission(let regime, let value):
      "regimes: the log-likelihood of regime \(regime) is \(value); check the indicators for missing "
        + "values"
    case .impossibleObservation:
      "regimes: no regime can have produced this observation (all log-likelihoods −∞)"
    }
  }
}
