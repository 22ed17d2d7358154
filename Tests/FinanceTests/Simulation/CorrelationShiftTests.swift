import Autodiff
import Finance
import Testing

@Suite struct CorrelationShiftTests {
  private static let history: Matrix = {
    var generator = SplitMix64(seed: 21)
    let z = generator.normals(4 * 300)
    var matrix = Matrix(rows: 300, columns: 4)
    for t in 0..<300 {
      for i in 0..<4 {
        matrix[t, i] = 0.0002 * Double(i) + 0.01 * Double(i + 1) * (z[4 * t + i] + 0.3 * z[4 * t])
      }
    }
    return matrix
  }()

  private func moments(_ x: Matrix) -> (means: [Double], deviations: [Double], correlations: Matrix)
  {
    let n = x.columns
    let means = (0..<n).map { Measures.mean(x.column($0)) }
    let deviations = (0..<n).map { Measures.standardDeviation(x.column($0)) }
    var c = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        let products = (0..<x.rows).map { (x[$0, i] - means[i]) * (x[$0, j] - means[j]) }
        c[i, j] = products.reduce(0, +) / Double(x.rows - 1) / (deviations[i] * deviations[j])
      }
    }
    return (means, deviations, c)
  }

  @Test func forcedCorrelationsAreExactAndTheRestStays() throws {
    let shift = try CorrelationShift(
      history: Self.history, first: [0], second: [1], correlation: 0.6)
    let (before, after) = (moments(Self.history), moments(shift(Self.history)))
    #expect(abs(after.correlations[0, 1] - 0.6) < 1e-9)
    for i in 0..<4 {
      #expect(abs(after.means[i] - before.means[i]) < 1e-15)
      #expect(abs(after.deviations[i] / before.deviations[i] - 1) < 1e-9)
      for j in 0..<4 where !(i < 2 && j < 2) {
        #expect(abs(after.correlations[i, j] - before.correlations[i, j]) < 1e-9)
      }
    }
  }

  /// Where no correlation matrix has the wanted values, the nearest one is taken and said.
  @Test func impossibleCorrelationsAreTheNearestPossible() throws {
    let shift = try CorrelationShift(
      history: Self.history, first: [0, 1], second: [2, 3], correlation: 0.99)
    let after = moments(shift(Self.history)).correlations
    for index in after.elements.indices {
      #expect(abs(after.elements[index] - shift.after.elements[index]) < 1e-6)
    }
    #expect(after[0, 2] < 0.99 && after[0, 2] > 0.5)
  }

  @Test func meansAreReplaced() throws {
    let means = [-0.001, 0.002, 0, 0.0005]
    let shift = try CorrelationShift(
      history: Self.history, first: [0], second: [3], correlation: 0.2, means: means)
    for (mean, wanted) in zip(moments(shift(Self.history)).means, means) {
      #expect(abs(mean - wanted) < 1e-15)
    }
  }

  @Test func singularHistoriesAreRefused() {
    var twins = Self.history
    for t in 0..<twins.rows { twins[t, 3] = 2 * twins[t, 0] }
    #expect(throws: CovarianceError.self) {
      try CorrelationShift(history: twins, first: [0], second: [1], correlation: 0.5)
    }
  }
}
