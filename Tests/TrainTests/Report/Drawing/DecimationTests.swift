import Autodiff
import Testing

@testable import Train

@Suite struct DecimationTests {
  @Test func everyColumnKeepsItsExtremes() {
    var generator = SplitMix64(seed: 4)
    let count = 20_000
    let values = generator.normals(count)
    let positions = (0..<count).map { Double($0) / Double(count - 1) }
    let kept = Decimation.indices(positions: positions, values: values, columns: 500)
    #expect(kept.count <= 4 * 501)
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0 < $1 })
    #expect(kept.first == 0 && kept.last == count - 1)
    var (all, drawn) = ([Int: (Double, Double)](), [Int: (Double, Double)]())
    func extend(_ columns: inout [Int: (Double, Double)], _ index: Int) {
      let column = Int(positions[index] * 500)
      let old = columns[column] ?? (.infinity, -.infinity)
      columns[column] = (min(old.0, values[index]), max(old.1, values[index]))
    }
    for index in 0..<count { extend(&all, index) }
    for index in kept { extend(&drawn, index) }
    #expect(all.count == drawn.count)
    for (column, extremes) in all { #expect(drawn[column].map { $0 == extremes } == true) }
  }

  @Test func shortSeriesAreKeptWhole() {
    let values = [3.0, 1, 2, 5]
    let kept = Decimation.indices(positions: [0, 0.3, 0.6, 1], values: values, columns: 100)
    #expect(kept == [0, 1, 2, 3])
  }

  @Test func gapsStayGaps() {
    let values = [1.0, .nan, .nan, .infinity, 2, 2, 2, .nan]
    let positions = values.indices.map { Double($0) / 7 }
    #expect(
      Decimation.indices(positions: positions, values: values, columns: 1) == [0, 1, 4, 6, 7])
    #expect(Decimation.indices(positions: [], values: [], columns: 5).isEmpty)
  }
}
