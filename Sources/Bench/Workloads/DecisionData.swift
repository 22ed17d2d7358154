import Autodiff
import Finance

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
    var moments = [Double](repeating: 0, count: n * n)
    returns.withUnsafeBufferPointer { returns in
      moments.withUnsafeMutableBufferPointer {
        SampleCovariance(window: rows).estimate(
          returns: UnsafeBufferPointer(rebasing: returns[k * n..<(k + rows) * n]), assets: n,
          into: $0)
      }
    }
    // The programs compared with divide by the number of rows, not one less.
    let shrink = Double(rows - 1) / Double(rows)
    let volatilities = (0..<n).map { (shrink * moments[$0 * n + $0]).squareRoot() }
    let inverses = volatilities.map { shrink.squareRoot() / $0 }
    for i in 0..<n {
      let scale = 0.9 * inverses[i]
      for j in 0..<n { moments[i * n + j] *= scale * inverses[j] }
      moments[i * n + i] += 0.1
    }
    return (volatilities, moments)
  }
}
