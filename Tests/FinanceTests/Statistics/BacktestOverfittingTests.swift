import Autodiff
import Finance
import Foundation
import Testing

@Suite struct BacktestOverfittingTests {
  /// A slow Python version with `itertools.combinations`, NumPy and `scipy.stats.rankdata`, 8 blocks.
  ///
  /// ```python
  /// M[t, j] = .01 * np.sin((.3 + .37*j)*(t+1) + j) + .002 * np.cos(.11*(j+1)*(t+1)) + .0003*j
  /// si, so = i.mean(0)/i.std(0), o.mean(0)/o.std(0); n = si.argmax()
  /// r = rankdata(so)[n] / (N + 1); lam = np.log(r / (1 - r))
  /// ```
  @Test func matchesPython() {
    var returns = Matrix(rows: 100, columns: 6)
    for t in 0..<100 {
      for j in 0..<6 {
        let (time, trial) = (Double(t + 1), Double(j))
        returns[t, j] =
          0.01 * sin((0.3 + 0.37 * trial) * time + trial)
          + 0.002 * cos(0.11 * (trial + 1) * time) + 0.0003 * trial
      }
    }
    let result = BacktestOverfitting(returns: returns, blocks: 8)
    #expect(result.logits.count == 70)
    #expect(abs(result.probability - 0.15714285714285714) < 1e-15)
    #expect(abs(result.probabilityOfLoss - 0.12857142857142856) < 1e-15)
    #expect(abs(result.logits.reduce(0, +) - 66.72122537197372) < 1e-10)
    #expect(abs(result.logits[0] - 1.79175947) < 1e-8)
  }

  @Test func luckIsAboutAHalfAndSkillAboutNone() {
    var generator = SplitMix64(seed: 3)
    var sum = 0.0
    for _ in 0..<20 {
      let noise = Matrix(rows: 160, columns: 10, elements: generator.normals(1600))
      sum += BacktestOverfitting(returns: noise, blocks: 8).probability
    }
    #expect(abs(sum / 20 - 0.5) < 0.15)
    var skill = Matrix(rows: 400, columns: 10, elements: generator.normals(4000))
    for t in 0..<400 { skill[t, 4] += 0.5 }
    #expect(BacktestOverfitting(returns: skill, blocks: 10).probability < 0.01)
  }
}
