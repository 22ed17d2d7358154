import Autodiff
import KernelInterface
import Kernels
import Testing

@Suite struct MatrixProductTests {
  struct Sizes: CustomStringConvertible, Sendable {
    var rows: Int
    var depth: Int
    var columns: Int
    var description: String { "\(rows)×\(depth)×\(columns)" }
  }

  /// Every tail: rows modulo the register blocks, columns modulo the panels, depth over a block.
  static let sizes: [Sizes] =
    [(1, 1, 1), (12, 4, 16), (13, 7, 17), (3, 300, 5), (25, 513, 33), (64, 8, 32), (5, 0, 3)]
    .map { Sizes(rows: $0.0, depth: $0.1, columns: $0.2) }
    + (1...18).map { Sizes(rows: $0, depth: 3, columns: 35 - $0) }

  private func numbers(_ count: Int, seed: UInt64) -> [Element] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Element(2 * generator.uniform() - 1) }
  }

  @Test(arguments: InstructionSet.available, sizes)
  func equalsTheTripleLoop(_ set: InstructionSet, _ size: Sizes) {
    let kernels = kernels(for: set)
    let (n, k, m) = (size.rows, size.depth, size.columns)
    let (a, b) = (numbers(n * k, seed: 1), numbers(k * m, seed: 2))
    for (transposeA, transposeB, accumulate) in [
      (false, false, false), (true, false, true), (false, true, true), (true, true, false),
    ] {
      let (aRow, aColumn) = transposeA ? (1, n) : (k, 1)
      let (bRow, bColumn) = transposeB ? (1, k) : (m, 1)
      var expected = [Double](repeating: 0, count: n * m)
      let start = numbers(n * m, seed: 3)
      for i in 0..<n {
        for j in 0..<m {
          var sum = accumulate ? Double(start[i * m + j]) : 0
          for p in 0..<k {
            sum += Double(a[i * aRow + p * aColumn]) * Double(b[p * bRow + j * bColumn])
          }
          expected[i * m + j] = sum
        }
      }
      var packed = [Element](repeating: .nan, count: kernels.packedCount(depth: k, columns: m))
      kernels.pack(depth: k, columns: m, b, rowStride: bRow, columnStride: bColumn, into: &packed)
      var c = accumulate ? start : [Element](repeating: .nan, count: n * m)
      kernels.multiplyPacked(
        rows: n, depth: k, columns: m, a, rowStride: aRow, columnStride: aColumn, packed: packed,
        into: &c, rowStride: m, adding: accumulate ? UnsafePointer(start) : nil, rowStride: m)
      let tolerance = Double(max(k, 1)) * Double(Element.ulpOfOne)
      for (value, reference) in zip(c, expected) {
        #expect(abs(Double(value) - reference) <= tolerance)
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func writesNothingBesideItsColumns(_ set: InstructionSet) {
    let kernels = kernels(for: set)
    let (n, k, m, stride) = (7, 5, 11, 20)
    let (a, b) = (numbers(n * k, seed: 1), numbers(k * m, seed: 2))
    var packed = [Element](repeating: 0, count: kernels.packedCount(depth: k, columns: m))
    kernels.pack(depth: k, columns: m, b, rowStride: m, columnStride: 1, into: &packed)
    var c = [Element](repeating: 77, count: n * stride)
    kernels.multiplyPacked(
      rows: n, depth: k, columns: m, a, rowStride: k, columnStride: 1, packed: packed, into: &c,
      rowStride: stride, adding: nil, rowStride: 0)
    for i in 0..<n { for j in m..<stride { #expect(c[i * stride + j] == 77) } }
  }
}
