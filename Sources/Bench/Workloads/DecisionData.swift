import Autodiff

/// The features and returns of N assets that all programs of a comparison generate.
struct DecisionData {
  let assets: Int
  /// `[92, N, F]`.
  let features: [Double]
  /// `[92, M]`.
  let indicators: [Double]
  /// `[92, N]`.
  let returns: [Double]

  init(assets n: Int) {
    let days = DecisionModel.window + DecisionModel.dates
    var stream = PeerGenerator(seed: 41)
    assets = n
    features = stream.normals(days * n * DecisionModel.features)
    indicators = stream.normals(days * DecisionModel.indicators)
    let market = stream.normals(days)
    let own = stream.normals(days * n)
    let scale = (0..<n).map { _ in (0.05 + 0.55 * stream.uniform()) / 252.0.squareRoot() }
    returns = (0..<days * n).map {
      0.0004 + scale[$0 % n] * (0.6 * market[$0 / n] + 0.8 * own[$0])
    }
  }

  /// Volatilities `[N]` and shrunk correlations `[N, N]` of the window before decision k.
  func moments(_ k: Int) -> (volatilities: [Double], correlations: [Double]) {
    let (n, rows) = (assets, DecisionModel.window)
    var centred = [Double](repeating: 0, count: rows * n)
    var volatilities = [Double](repeating: 0, count: n)
    for i in 0..<n {
      var mean = 0.0
      for t in 0..<rows { mean += returns[(k + t) * n + i] }
      mean /= Double(rows)
      var square = 0.0
      for t in 0..<rows {
        let x = returns[(k + t) * n + i] - mean
        centred[t * n + i] = x
        square += x * x
      }
      volatilities[i] = (square / Double(rows)).squareRoot()
    }
    var correlations = [Double](repeating: 0, count: n * n)
    for t in 0..<rows {
      for i in 0..<n {
        let x = centred[t * n + i]
        for j in 0..<n { correlations[i * n + j] += x * centred[t * n + j] }
      }
    }
    for i in 0..<n {
      for j in 0..<n {
        let scale = Double(rows) * volatilities[i] * volatilities[j]
        correlations[i * n + j] = 0.9 * correlations[i * n + j] / scale + (i == j ? 0.1 : 0)
      }
    }
    return (volatilities, correlations)
  }
}
