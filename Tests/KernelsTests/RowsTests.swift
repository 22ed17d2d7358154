import Autodiff
import KernelInterface
import Testing

import Kernels

/// The loops over short rows beside the plain ones, for columns with and without a rest of eight.
@Suite struct RowsTests {
  static let columns = [1, 3, 8, 14, 32, 37]
  private static let rows = 6

  private func numbers(_ count: Int, _ seed: UInt64) -> [Element] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Element(4 * generator.uniform() - 2) }
  }

  private func isClose(_ a: [Element], _ b: [Element]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { abs($0 - $1) <= 64 * Element.ulpOfOne * (1 + abs($1)) }
  }

  /// Mean, scale and normalised row, in the precision of `Double`.
  private func normalized(_ x: ArraySlice<Element>, _ epsilon: Double) -> (z: [Element], Element) {
    let n = Double(x.count)
    let mean = x.map { Double($0) }.reduce(0, +) / n
    let variance = x.map { (Double($0) - mean) * (Double($0) - mean) }.reduce(0, +) / n
    let scale = 1 / (variance + epsilon).squareRoot()
    return (x.map { Element((Double($0) - mean) * scale) }, Element(scale))
  }

  @Test(arguments: InstructionSet.available, columns)
  func rowsAreNormalized(_ set: InstructionSet, _ n: Int) {
    let x = numbers(Self.rows * n, 1)
    var (z, scales) = (x, [Element](repeating: 0, count: Self.rows))
    var apart = [Element](repeating: .nan, count: x.count)
    kernels(for: set).normalizeRows(
      Self.rows, n, x, epsilon: 1e-3, scales: &scales, into: &apart)
    z.withUnsafeMutableBufferPointer { z in
      guard let z = z.baseAddress else { return }
      kernels(for: set).normalizeRows(Self.rows, n, z, epsilon: 1e-3, scales: &scales, into: z)
    }
    #expect(z == apart)
    for row in 0..<Self.rows {
      let (expected, scale) = normalized(x[row * n..<(row + 1) * n], 1e-3)
      #expect(isClose(Array(z[row * n..<(row + 1) * n]), expected))
      #expect(isClose([scales[row]], [scale]))
    }
  }

  /// The cotangent is the gradient of ⟨u, z⟩ by central differences in each element of a row.
  @Test(arguments: InstructionSet.available, [3, 14])
  func theCotangentOfNormalizedRowsIsTheirGradient(_ set: InstructionSet, _ n: Int) {
    let (x, u) = (numbers(n, 2), numbers(n, 3))
    var (z, scales) = ([Element](repeating: 0, count: n), [Element](repeating: 0, count: 1))
    kernels(for: set).normalizeRows(1, n, x, epsilon: 1e-3, scales: &scales, into: &z)
    var found = u
    kernels(for: set).pullBackNormalizedRows(1, n, output: z, scales: scales, &found)
    for j in 0..<n {
      func value(_ step: Double) -> Double {
        let moved = x.enumerated().map { Double($1) + ($0 == j ? step : 0) }
        let mean = moved.reduce(0, +) / Double(n)
        let variance = moved.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(n)
        let scale = 1 / (variance + 1e-3).squareRoot()
        return zip(moved, u).map { ($0 - mean) * scale * Double($1) }.reduce(0, +)
      }
      let slope = (value(1e-5) - value(-1e-5)) / 2e-5
      #expect(abs(Double(found[j]) - slope) < 1e-8 + 32 * Double(Element.ulpOfOne) * 10)
    }
  }

  @Test(arguments: InstructionSet.available, columns)
  func linearLoopsAreThePlainOnes(_ set: InstructionSet, _ n: Int) {
    let (rows, kernels) = (Self.rows, kernels(for: set))
    let (x, y, a, b) = (
      numbers(rows * n, 4), numbers(rows * n, 5), numbers(n, 6), numbers(n, 7)
    )
    let values = numbers(2 * rows, 8)
    func plain(_ element: (_ row: Int, _ column: Int) -> Element) -> [Element] {
      (0..<rows * n).map { element($0 / n, $0 % n) }
    }
    var found = [Element](repeating: .nan, count: rows * n)
    kernels.scaleAndShiftRows(rows, n, x, gain: a, bias: b, into: &found)
    #expect(isClose(found, plain { a[$1] * x[$0 * n + $1] + b[$1] }))
    kernels.lineRows(rows, n, values, stride: 2, slope: a, offset: b, into: &found)
    #expect(isClose(found, plain { values[2 * $0] * a[$1] + b[$1] }))
    kernels.multiplyRows(rows, n, x, a, into: &found)
    #expect(isClose(found, plain { x[$0 * n + $1] * a[$1] }))
    for sharing in [1, 3] {
      found = y
      kernels.addScaledRows(rows, n, values, stride: 2, x, sharing: sharing, into: &found)
      #expect(
        isClose(found, plain { y[$0 * n + $1] + values[2 * $0] * x[$0 / sharing * n + $1] }))
      var sums = values
      kernels.addRowProducts(rows, n, x, y, sharing: sharing, into: &sums, stride: 2)
      for row in 0..<rows {
        let product = (0..<n).map { x[row * n + $0] * y[row / sharing * n + $0] }.reduce(0, +)
        #expect(abs(sums[2 * row] - values[2 * row] - product) < 256 * Element.ulpOfOne)
        #expect(sums[2 * row + 1] == values[2 * row + 1])
      }
    }
    var columns = a
    kernels.addColumnProducts(rows, n, x, y, into: &columns)
    for j in 0..<n {
      let product = (0..<rows).map { x[$0 * n + j] * y[$0 * n + j] }.reduce(0, +)
      #expect(abs(columns[j] - a[j] - product) < 256 * Element.ulpOfOne)
    }
  }

  @Test(arguments: InstructionSet.available)
  func cotangentsOfGateAndUnit(_ set: InstructionSet) {
    let count = 21
    let (s, value) = (numbers(count, 9), numbers(count, 10))
    let gate = numbers(count, 11).map { 1 / (1 + $0 * $0) }
    var (g, v, slope) = (gate, value, s)
    kernels(for: set).pullBackGate(count, s, gate: &g, value: &v)
    kernels(for: set).scaleByEluSlope(count, output: value, &slope)
    #expect(
      isClose(g, (0..<count).map { s[$0] * value[$0] * gate[$0] * (1 - gate[$0]) }))
    #expect(isClose(v, (0..<count).map { s[$0] * gate[$0] }))
    #expect(
      isClose(slope, (0..<count).map { value[$0] > 0 ? s[$0] : s[$0] * (value[$0] + 1) }))
  }
}
