#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// The probability of backtest overfitting, by combinatorially symmetric cross-validation.
///
/// The rows of all trials are cut into S blocks. For every choice of half of them, the trial that is best
/// there by Sharpe ratio is ranked among all on the other half; with relative rank ω in (0, 1),
/// `λ = ln(ω / (1 − ω))`. PBO is the share of choices in which the best is at or below the median, λ ≤ 0:
/// about ½ for trials that differ by luck alone, near 0 where the choice is worth something.
///
/// - Source: Bailey, Borwein, López de Prado & Zhu (2017), *The Probability of Backtest Overfitting*,
///   J. Computational Finance 20(4).
public struct BacktestOverfitting: Sendable, Hashable {
  /// PBO, the share of splits with λ ≤ 0.
  public let probability: Double
  /// λ of every split, in lexicographic order of the blocks chosen.
  public let logits: [Double]
  /// The share of splits in which the chosen trial loses money out of sample.
  public let probabilityOfLoss: Double

  /// From returns `[T, trials]` in excess of cash, and an even number of blocks (16: 12,870 splits).
  ///
  /// Rows beyond a multiple of the blocks are left out at the start. Ties rank in the middle.
  public init(returns: Matrix, blocks: Int = 16) {
    let trials = returns.columns
    check(trials >= 2, "BacktestOverfitting: \(trials) trials; expected at least 2")
    check(
      blocks >= 2 && blocks % 2 == 0 && blocks <= 24 && returns.rows >= 2 * blocks,
      "BacktestOverfitting: \(blocks) blocks of \(returns.rows) rows; expected an even number to 24 "
        + "and at least 2 rows in each")
    let length = returns.rows / blocks
    let skipped = returns.rows - length * blocks
    // Of each block and trial, the sums of returns and of their squares about the trial's mean.
    var sums = [Double](repeating: 0, count: blocks * trials)
    var squares = sums
    let means = (0..<trials).map { Measures.mean(returns.column($0)) }
    for t in skipped..<returns.rows {
      let block = (t - skipped) / length
      for j in 0..<trials {
        let r = returns[t, j] - means[j]
        sums[block * trials + j] += r
        squares[block * trials + j] += r * r
      }
    }
    func sharpes(_ chosen: [Int]) -> [Double] {
      let count = Double(chosen.count * length)
      return (0..<trials).map { j in
        var (sum, square) = (0.0, 0.0)
        for block in chosen {
          sum += sums[block * trials + j]
          square += squares[block * trials + j]
        }
        let mean = sum / count
        let variance = max(0, square / count - mean * mean)
        // A trial without variance is no better than any other.
        let ratio = Measures.ratio(mean + means[j], to: variance.squareRoot())
        return ratio.isNaN ? 0 : ratio
      }
    }

    var logits: [Double] = []
    var (overfitted, losses) = (0, 0)
    var chosen = Array(0..<blocks / 2)
    while true {
      let inside = sharpes(chosen)
      let outside = sharpes((0..<blocks).filter { !chosen.contains($0) })
      var best = 0
      for j in 1..<trials where inside[j] > inside[best] { best = j }
      var rank = 1.0
      for j in 0..<trials where j != best {
        rank += outside[j] < outside[best] ? 1 : outside[j] == outside[best] ? 0.5 : 0
      }
      let relative = rank / Double(trials + 1)
      let logit = log(relative / (1 - relative))
      logits.append(logit)
      if logit <= 0 { overfitted += 1 }
      if outside[best] < 0 { losses += 1 }
      guard Self.advance(&chosen, below: blocks) else { break }
    }
    self.logits = logits
    probability = Double(overfitted) / Double(logits.count)
    probabilityOfLoss = Double(losses) / Double(logits.count)
  }

  /// The next combination in lexicographic order; false after the last.
  private static func advance(_ chosen: inout [Int], below limit: Int) -> Bool {
    var i = chosen.count - 1
    while i >= 0, chosen[i] == limit - chosen.count + i { i -= 1 }
    guard i >= 0 else { return false }
    chosen[i] += 1
    for j in i + 1..<max(i + 1, chosen.count) { chosen[j] = chosen[j - 1] + 1 }
    return true
  }
}
