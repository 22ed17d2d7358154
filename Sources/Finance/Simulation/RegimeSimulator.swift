public import Autodiff

/// Paths that switch between regimes, each with normal returns of its own mean and covariance.
///
/// The regime is a Markov chain: A, `[K, K]`, has the probabilities of the next row's regime given this
/// one's. The first row's regime comes from the chain's stationary distribution.
///
/// - Source: Hamilton (1989), Econometrica 57; Ang & Bekaert (2002), Review of Financial Studies 15.
public struct RegimeSimulator: MarketSimulator {
  /// One regime: the moments of simple returns per row.
  public struct Regime: Sendable, Hashable {
    /// The expected returns `[N]`.
    public let mean: [Double]
    /// The covariance `[N, N]`, positive semidefinite.
    public let covariance: Matrix

    /// A regime.
    public init(mean: [Double], covariance: Matrix) {
      check(
        covariance.rows == mean.count && covariance.columns == mean.count && !mean.isEmpty,
        "Regime: \(mean.count) means, covariance \(covariance.rows) × \(covariance.columns)")
      self.mean = mean
      self.covariance = covariance
    }
  }

  /// The regimes.
  public let regimes: [Regime]
  /// A, the transition probabilities `[K, K]`; every row sums to 1.
  public let transitions: Matrix
  /// N, the number of assets.
  public var assets: Int { regimes[0].mean.count }
  private let factors: [Matrix]
  private let stationary: [Double]

  /// Regimes and the chain between them.
  public init(regimes: [Regime], transitions: Matrix) {
    let count = regimes.count
    check(
      count >= 1 && transitions.rows == count && transitions.columns == count,
      "RegimeSimulator: \(count) regimes, transitions \(transitions.rows) × \(transitions.columns)")
    for k in 0..<count {
      let row = transitions.row(k)
      check(
        row.allSatisfy { $0 >= 0 } && (row.reduce(0, +) - 1).magnitude < 1e-12,
        "RegimeSimulator: transitions from \(k) are \(Array(row)); expected probabilities")
      check(
        regimes[k].mean.count == regimes[0].mean.count,
        "RegimeSimulator: regime \(k) has \(regimes[k].mean.count) assets")
    }
    self.regimes = regimes
    self.transitions = transitions
    factors = regimes.map(\.covariance.squareRoot)
    // The mean of many steps converges for periodic chains too.
    var state = [Double](repeating: 1 / Double(count), count: count)
    for _ in 0..<200 {
      for _ in 0..<50 {
        let next = (0..<count).map { k in
          (0..<count).reduce(0) { $0 + state[$1] * transitions[$1, k] }
        }
        state = zip(state, next).map { 0.5 * ($0 + $1) }
      }
    }
    stationary = state
  }

  /// Draws simple returns `[rows, assets]`.
  public func returns(rows: Int, generator: inout SplitMix64) -> Matrix {
    draw(rows: rows, generator: &generator).returns
  }

  /// Draws simple returns `[rows, assets]` and the regime of each row.
  public func draw(
    rows: Int, generator: inout SplitMix64
  ) -> (returns: Matrix, regimes: [Int]) {
    let n = assets
    var result = Matrix(rows: rows, columns: n)
    var path: [Int] = []
    for t in 0..<rows {
      let probabilities =
        path.last.map { Array(transitions.row($0)) } ?? stationary
      var (k, u) = (0, generator.uniform())
      while k < regimes.count - 1, u >= probabilities[k] {
        u -= probabilities[k]
        k += 1
      }
      path.append(k)
      let z = generator.normals(n)
      let (factor, mean) = (factors[k], regimes[k].mean)
      for i in 0..<n {
        var sum = mean[i]
        for j in 0..<n { sum += factor.elements[i * n + j] * z[j] }
        result.elements[t * n + i] = max(-0.99, sum)
      }
    }
    return (result, path)
  }
}
