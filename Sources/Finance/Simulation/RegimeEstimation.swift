#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// The maximum-likelihood estimation of regimes with normal returns and of the chain between them.
///
/// Expectation–maximisation (Baum–Welch): smoothed probabilities of the regimes by the scaled
/// forward–backward recursion, then weighted moments and expected transitions; the likelihood never
/// falls. It starts from blocks of 21 rows, ranked by how volatile they were. Regimes are numbered from
/// the calmest to the most volatile.
///
/// - Source: Hamilton (1990), *Analysis of Time Series Subject to Changes in Regime*, J. Econometrics
///   45; Rabiner (1989), Proc. IEEE 77(2).
public struct RegimeEstimation: Sendable {
  /// The process found.
  public let process: RegimeSimulator
  /// The log-likelihood of the returns.
  public let logLikelihood: Double
  /// The log-likelihood before each step.
  public let path: [Double]
  /// The smoothed probabilities of the regimes `[T, K]`.
  public let probabilities: Matrix

  /// Estimates K regimes from returns `[T, N]`.
  ///
  /// Throws a ``RegimeEstimationError`` for too few rows, and where the likelihood has not settled.
  public init(
    _ returns: Matrix, regimes count: Int, tolerance: Double = 1e-9, maximumIterations: Int = 2000
  ) throws(RegimeEstimationError) {
    let (rows, n) = (returns.rows, returns.columns)
    check(count >= 1, "RegimeEstimation: \(count) regimes")
    guard rows >= 50 * count else { throw .tooFewRows(rows: rows, needed: 50 * count) }
    if let index = returns.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: index / n, value: returns.elements[index])
    }
    let floor = (0..<n).map { i in
      1e-8 * returns.column(i).reduce(0) { $0 + $1 * $1 } / Double(rows)
    }
    var probabilities = Self.start(returns, count)
    var transitions = Matrix(rows: count, columns: count, repeating: 0.05 / Double(count))
    for k in 0..<count { transitions[k, k] += 0.95 }
    var initial = [Double](repeating: 1 / Double(count), count: count)
    var moments = (0..<count).map { Self.moments(returns, probabilities, $0, floor) }
    var path: [Double] = []
    while true {
      guard
        let step = Self.smooth(returns, moments, transitions, initial)
      else { throw .collapsed }
      let gain = step.logLikelihood - (path.last ?? -.infinity)
      path.append(step.logLikelihood)
      probabilities = step.probabilities
      if gain <= tolerance * step.logLikelihood.magnitude { break }
      guard path.count < maximumIterations else {
        throw .notConverged(iterations: path.count, gain: gain)
      }
      moments = (0..<count).map { Self.moments(returns, probabilities, $0, floor) }
      initial = Array(probabilities.row(0))
      for i in 0..<count {
        let total = step.pairs.row(i).reduce(0, +)
        for j in 0..<count where total > 0 { transitions[i, j] = step.pairs[i, j] / total }
      }
    }
    let order = (0..<count).sorted { a, b in
      func trace(_ k: Int) -> Double {
        (0..<n).reduce(0) { $0 + moments[k].covariance[$1, $1] / floor[$1] }
      }
      return trace(a) < trace(b)
    }
    var sorted = Matrix(rows: count, columns: count)
    for i in 0..<count {
      // Rounding apart the rows sum to one; the simulator wants them to.
      let total = order.reduce(0) { $0 + transitions[order[i], $1] }
      for j in 0..<count { sorted[i, j] = transitions[order[i], order[j]] / total }
    }
    var ordered = probabilities
    for t in 0..<rows {
      for k in 0..<count { ordered[t, k] = probabilities[t, order[k]] }
    }
    process = RegimeSimulator(regimes: order.map { moments[$0] }, transitions: sorted)
    logLikelihood = path[path.count - 1]
    self.path = path
    self.probabilities = ordered
  }

  /// Blocks ranked by their mean square in units of each asset's: 0.9 for their regime.
  private static func start(_ returns: Matrix, _ count: Int) -> Matrix {
    let (rows, n, block) = (returns.rows, returns.columns, 21)
    let squares = (0..<n).map { i in returns.column(i).reduce(1e-300) { $0 + $1 * $1 } }
    let blocks = (rows + block - 1) / block
    let energy = (0..<blocks).map { b -> Double in
      let span = b * block..<min(rows, (b + 1) * block)
      let sum = span.reduce(0.0) { total, t in
        (0..<n).reduce(total) { $0 + returns[t, $1] * returns[t, $1] / squares[$1] }
      }
      return sum / Double(span.count)
    }
    let ranked = (0..<blocks).sorted { (energy[$0], $0) < (energy[$1], $1) }
    var result = Matrix(
      rows: rows, columns: count, repeating: count == 1 ? 1 : 0.1 / Double(max(1, count - 1)))
    for (rank, b) in ranked.enumerated() where count > 1 {
      for t in b * block..<min(rows, (b + 1) * block) { result[t, rank * count / blocks] = 0.9 }
    }
    return result
  }

  /// The weighted mean and covariance of one regime.
  private static func moments(
    _ returns: Matrix, _ probabilities: Matrix, _ k: Int, _ floor: [Double]
  ) -> RegimeSimulator.Regime {
    let n = returns.columns
    var (total, mean) = (0.0, [Double](repeating: 0, count: n))
    for t in 0..<returns.rows {
      let p = probabilities[t, k]
      total += p
      for i in 0..<n { mean[i] += p * returns[t, i] }
    }
    total = max(total, Double.leastNormalMagnitude)
    for i in 0..<n { mean[i] /= total }
    var covariance = Matrix(rows: n, columns: n)
    for t in 0..<returns.rows {
      let p = probabilities[t, k] / total
      guard p > 0 else { continue }
      for i in 0..<n {
        let deviation = p * (returns[t, i] - mean[i])
        for j in i..<n { covariance[i, j] += deviation * (returns[t, j] - mean[j]) }
      }
    }
    for i in 0..<n {
      covariance[i, i] += floor[i]
      for j in i + 1..<max(n, i + 1) { covariance[j, i] = covariance[i, j] }
    }
    return RegimeSimulator.Regime(mean: mean, covariance: covariance)
  }

  private struct Smoothed {
    let logLikelihood: Double
    let probabilities: Matrix
    /// The expected numbers of transitions.
    let pairs: Matrix
  }

  /// The forward–backward recursion; nil where a covariance is singular.
  private static func smooth(
    _ returns: Matrix, _ moments: [RegimeSimulator.Regime], _ transitions: Matrix,
    _ initial: [Double]
  ) -> Smoothed? {
    let (rows, n, count) = (returns.rows, returns.columns, moments.count)
    var density = Matrix(rows: rows, columns: count)
    var z = [Double](repeating: 0, count: n)
    for (k, regime) in moments.enumerated() {
      var factor = regime.covariance.elements
      guard Cholesky.factor(count: n, matrix: &factor) == nil else { return nil }
      let constant = (0..<n).reduce(0.5 * Double(n) * log(2 * Double.pi)) {
        $0 + log(factor[$1 * n + $1])
      }
      for t in 0..<rows {
        for i in 0..<n { z[i] = returns[t, i] - regime.mean[i] }
        Cholesky.solveTransposed(count: n, factor: factor, vector: &z)
        density[t, k] = -constant - 0.5 * z.reduce(0) { $0 + $1 * $1 }
      }
    }
    // Densities relative to each row's largest, so that no row vanishes.
    var logLikelihood = 0.0
    for t in 0..<rows {
      let top = density.row(t).reduce(-.infinity, max)
      logLikelihood += top
      for k in 0..<count { density[t, k] = exp(density[t, k] - top) }
    }
    var forward = Matrix(rows: rows, columns: count)
    var scales = [Double](repeating: 0, count: rows)
    for t in 0..<rows {
      for k in 0..<count {
        let prior =
          t == 0
          ? initial[k]
          : (0..<count).reduce(0) { $0 + forward[t - 1, $1] * transitions[$1, k] }
        forward[t, k] = prior * density[t, k]
        scales[t] += forward[t, k]
      }
      guard scales[t] > 0 else { return nil }
      logLikelihood += log(scales[t])
      for k in 0..<count { forward[t, k] /= scales[t] }
    }
    var (probabilities, pairs) = (forward, Matrix(rows: count, columns: count))
    var backward = [Double](repeating: 1, count: count)
    for t in (0..<rows - 1).reversed() {
      let next = (0..<count).map { density[t + 1, $0] * backward[$0] / scales[t + 1] }
      for i in 0..<count {
        var sum = 0.0
        for j in 0..<count {
          sum += transitions[i, j] * next[j]
          pairs[i, j] += forward[t, i] * transitions[i, j] * next[j]
        }
        backward[i] = sum
      }
      for k in 0..<count { probabilities[t, k] = forward[t, k] * backward[k] }
    }
    return Smoothed(logLikelihood: logLikelihood, probabilities: probabilities, pairs: pairs)
  }
}
