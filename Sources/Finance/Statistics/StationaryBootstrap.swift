#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
public import Autodiff

/// The stationary bootstrap: rows drawn in blocks of geometric length, wrapped around the end.
///
/// A block goes on with probability 1 − 1/L, so that resampled series are stationary and keep the
/// dependence within about L rows.
///
/// - Source: Politis & Romano (1994), *The Stationary Bootstrap*, J. American Statistical Association 89.
public struct StationaryBootstrap: Sendable, Hashable {
  /// L, the mean length of a block in rows; at least 1 (1: independent rows).
  public let meanBlock: Double

  /// A bootstrap with blocks of mean length `meanBlock`.
  public init(meanBlock: Double) {
    check(
      meanBlock >= 1 && meanBlock.isFinite,
      "StationaryBootstrap: mean block \(meanBlock); expected at least 1 row")
    self.meanBlock = meanBlock
  }

  /// Writes `indices.count` row numbers below `rows`.
  public func draw(
    rows: Int, into indices: inout [Int], generator: inout SplitMix64
  ) {
    check(rows >= 1, "StationaryBootstrap: no rows to draw from")
    let restart = 1 / meanBlock
    var current = 0
    for t in indices.indices {
      // One number decides both: below 1/L a new block starts, and its rest is uniform again.
      let u = generator.uniform()
      if t == 0 {
        current = min(rows - 1, Int(u * Double(rows)))
      } else if u < restart {
        current = min(rows - 1, Int(u * meanBlock * Double(rows)))
      } else {
        current = current + 1 == rows ? 0 : current + 1
      }
      indices[t] = current
    }
  }

  /// The mean block length that minimises the error of a bootstrapped variance of the mean, at least 1.
  ///
  /// `(2 g² / d)^⅓ T^⅓`, `d = 2 s²`, with s the long-run variance and `g = Σ |k| γ_k`, both under a
  /// flat-top window as wide as twice the last significant autocorrelation.
  ///
  /// - Source: Politis & White (2004), Econometric Reviews 23, corrected by Patton, Politis & White
  ///   (2009), Econometric Reviews 28.
  public static func optimalBlock(_ series: [Double]) -> Double {
    let count = series.count
    guard count >= 12 else { return 1 }
    let rows = Double(count)
    let mean = Measures.mean(series)
    let e = series.map { $0 - mean }
    let run = max(5, Int(log10(rows)))
    let limit = Int(rows.squareRoot().rounded(.up)) + run
    let critical = 2 * (log10(rows) / rows).squareRoot()
    var covariances = [Double](repeating: 0, count: limit + 1)
    var small: [Bool] = []
    var lastSignificant: Int?
    for lag in 0...min(limit, count - 2) {
      var (cross, head, tail) = (0.0, 0.0, 0.0)
      for t in lag..<count { cross += e[t] * e[t - lag] }
      for t in lag + 1..<count { head += e[t] * e[t] }
      for t in 0..<count - lag - 1 { tail += e[t] * e[t] }
      covariances[lag] = cross / rows
      small.append(cross.magnitude < critical * (head * tail).squareRoot())
      if lag >= run, lastSignificant == nil, small[lag - run..<lag].allSatisfy({ $0 }) {
        lastSignificant = lag - run
      }
    }
    let width = min(limit, lastSignificant.map { 2 * max($0, 1) } ?? limit)
    var (slope, longRun) = (0.0, covariances[0])
    for k in 1...width {
      let part = Double(k) / Double(width)
      let weight = part <= 0.5 ? 1 : 2 * (1 - part)
      slope += 2 * weight * Double(k) * covariances[k]
      longRun += 2 * weight * covariances[k]
    }
    guard longRun != 0 else { return 1 }
    let block = cbrt(slope * slope / (longRun * longRun) * rows)
    return max(1, min(block, min(3 * rows.squareRoot(), rows / 3).rounded(.up)))
  }
}
