/// The coordinates in which a volatility model is estimated: every constraint is a pair of bounds.
///
/// For GARCH and GJR the natural parameters are bound together (`α ≥ 0`, `α + γ ≥ 0`, `β ≥ 0`,
/// `α + γ/2 + β < 1`). Here P = α + γ/2 + β is the persistence, s the share of it that shocks have,
/// and u the part of that on positive shocks: `α = 2Psu`, `γ = 2Ps(1 − 2u)`, `β = P(1 − s)`, GARCH
/// having u = ½. EGARCH keeps its own, with α ≥ 0: where large shocks calm the variance, its error grows
/// from row to row instead of being forgotten (the filter is not invertible), and the likelihood is a
/// chaos of peaks that mean nothing (Wintenberger 2013, Scandinavian J. of Statistics 40). Student's ν
/// enters as 1/ν.
struct VolatilityCoordinates {
  typealias Lanes = VolatilityKernel.Lanes

  enum Name: Hashable { case mu, omega, share, side, persistence, alpha, gamma, beta, inverseNu }

  /// A persistence above this is reported as being on its bound.
  static let largestPersistence = 1 - 1e-6
  static let degreesOfFreedom = 2.05...500

  let names: [Name]
  var count: Int { names.count }

  init(_ model: VolatilityModel) {
    let core: [Name] =
      switch model.dynamics {
      case .garch: [.omega, .share, .persistence]
      case .gjr: [.omega, .share, .side, .persistence]
      case .egarch: [.omega, .alpha, .gamma, .beta]
      }
    names =
      (model.mean == .constant ? [.mu] : []) + core
      + (model.distribution == .studentT ? [.inverseNu] : [])
  }

  /// The bounds, for data of unit variance; those of `mu` and `gamma` are out of reach.
  var bounds: (lower: [Double], upper: [Double]) {
    let egarch = names.contains(.beta)
    let pairs = names.map { name -> (Double, Double) in
      switch name {
      case .mu, .gamma: (-100, 100)
      case .alpha: (0, 100)
      case .omega: egarch ? (-100, 100) : (1e-10, 100)
      case .share, .side: (0, 1)
      case .persistence: (0, Self.largestPersistence)
      case .beta: (-Self.largestPersistence, Self.largestPersistence)
      case .inverseNu: (1 / Self.degreesOfFreedom.upperBound, 1 / Self.degreesOfFreedom.lowerBound)
      }
    }
    return (pairs.map(\.0), pairs.map(\.1))
  }

  /// The natural parameters at a point.
  func lanes(_ y: [Double]) -> Lanes {
    var p = Lanes()
    p[5] = .infinity
    var (persistence, share, side) = (0.0, 0.0, 0.5)
    for (name, value) in zip(names, y) {
      switch name {
      case .mu: p[0] = value
      case .omega: p[1] = value
      case .share: share = value
      case .side: side = value
      case .persistence: persistence = value
      case .alpha: p[2] = value
      case .gamma: p[3] = value
      case .beta: p[4] = value
      case .inverseNu: p[5] = 1 / value
      }
    }
    if names.contains(.persistence) {
      p[2] = 2 * persistence * share * side
      p[3] = names.contains(.side) ? 2 * persistence * share * (1 - 2 * side) : 0
      p[4] = persistence * (1 - share)
    }
    return p
  }

  /// The derivatives of the natural parameters with respect to each coordinate.
  func jacobian(_ y: [Double]) -> [Lanes] {
    func value(_ name: Name, _ otherwise: Double) -> Double {
      names.firstIndex(of: name).map { y[$0] } ?? otherwise
    }
    let (persistence, share) = (value(.persistence, 0), value(.share, 0))
    let side = value(.side, 0.5)
    return zip(names, y).map { name, value in
      var slope = Lanes()
      switch name {
      case .mu: slope[0] = 1
      case .omega: slope[1] = 1
      case .alpha: slope[2] = 1
      case .gamma: slope[3] = 1
      case .beta: slope[4] = 1
      case .inverseNu: slope[5] = -1 / (value * value)
      case .share:
        slope[2] = 2 * persistence * side
        slope[3] = 2 * persistence * (1 - 2 * side)
        slope[4] = -persistence
      case .side:
        slope[2] = 2 * persistence * share
        slope[3] = -4 * persistence * share
      case .persistence:
        slope[2] = 2 * share * side
        slope[3] = 2 * share * (1 - 2 * side)
        slope[4] = 1 - share
      }
      return slope
    }
  }

  /// What a coordinate on its bound means for the natural parameters.
  func meaning(of name: Name, upper: Bool) -> String {
    switch name {
    case .mu: "mu"
    case .omega: "omega"
    case .share: upper ? "beta" : "alpha"
    case .side: upper ? "alpha + gamma" : "alpha"
    case .persistence: "persistence"
    case .alpha: "alpha"
    case .gamma: "gamma"
    case .beta: "beta"
    case .inverseNu: "nu"
    }
  }

  /// Points to start from, for data of unit variance: the mean, a long-run variance of one, and usual
  /// values of the rest.
  func starts(mean: Double) -> [[Double]] {
    let shapes: [(first: Double, second: Double, persistence: Double)] =
      names.contains(.beta)
      ? [(0.1, -0.05, 0.98), (0.2, -0.1, 0.95), (0.1, 0, 0.9), (0.2, 0, 0.7)]
      : [(0.1, 0.3, 0.98), (0.05, 0.3, 0.99), (0.15, 0.3, 0.93), (0.1, 0.4, 0.8), (0.3, 0.4, 0.6)]
    return shapes.map { shape in
      names.map { name in
        switch name {
        case .mu: mean
        case .omega: names.contains(.beta) ? 0 : 1 - shape.persistence
        case .share, .alpha: shape.first
        case .side: shape.second
        case .gamma: shape.second
        case .beta, .persistence: shape.persistence
        case .inverseNu: 0.125
        }
      }
    }
  }
}
