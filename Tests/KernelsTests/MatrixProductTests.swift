import Autodiff
import KernelInterface
import Kernels
import Testing

#if OpenBLAS
  import COpenBLAS
#endif

@Suite struct MatrixProductTests {
  struct Sizes: CustomStringConvertible, Sendable {
    var rows: Int
    var depth: Int
    var columns: Int
    var description: String { "\(rows)×\(depth)×\(columns)" }
  }

  /// Every tail: rows modulo the register blocks, columns modulo the panels, depth over a block,
  /// more panels than one group.
  static let sizes: [Sizes] =
    [
      (1, 1, 1), (12, 4, 16), (13, 7, 17), (3, 300, 5), (25, 513, 33), (64, 8, 32), (5, 0, 3),
      (50, 50, 50), (30, 260, 300), (40, 9, 700), (11, 6, 80), (12, 6, 75), (9, 5, 40),
    ]
    .map { Sizes(rows: $0.0, depth: $0.1, columns: $0.2) }
    + (1...26).map { Sizes(rows: $0, depth: 3, columns: 43 - $0) }

  private func numbers(_ count: Int, seed: UInt64) -> [Element] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Element(2 * generator.uniform() - 1) }
  }

  private struct Case {
    let a: [Element]
    let b: [Element]
    let start: [Element]
    let aStrides: (Int, Int)
    let bStrides: (Int, Int)
    let accumulate: Bool
  }

  /// Plain and transposed operands, with and without accumulation.
  private func cases(_ s: Sizes) -> [Case] {
    [(false, false, false), (true, false, true), (false, true, true), (true, true, false)].map {
      Case(
        a: numbers(s.rows * s.depth, seed: 1), b: numbers(s.depth * s.columns, seed: 2),
        start: numbers(s.rows * s.columns, seed: 3), aStrides: $0.0 ? (1, s.rows) : (s.depth, 1),
        bStrides: $0.1 ? (1, s.depth) : (s.columns, 1), accumulate: $0.2)
    }
  }

  private func tripleLoop(_ x: Case, _ s: Sizes) -> [Double] {
    var result = [Double](repeating: 0, count: s.rows * s.columns)
    for i in 0..<s.rows {
      for j in 0..<s.columns {
        var sum = x.accumulate ? Double(x.start[i * s.columns + j]) : 0
        for p in 0..<s.depth {
          sum +=
            Double(x.a[i * x.aStrides.0 + p * x.aStrides.1])
            * Double(x.b[p * x.bStrides.0 + j * x.bStrides.1])
        }
        result[i * s.columns + j] = sum
      }
    }
    return result
  }

  private func multiply(
    _ kernels: any KernelProtocol.Type, _ x: Case, _ s: Sizes, rows: Range<Int>? = nil
  ) -> [Element] {
    let rows = rows ?? 0..<s.rows
    var scratch = [Element](
      repeating: .nan, count: kernels.scratchCount(depth: s.depth, columns: s.columns))
    var c = x.accumulate ? x.start : [Element](repeating: .nan, count: s.rows * s.columns)
    x.a.withUnsafeBufferPointer { a in
      c.withUnsafeMutableBufferPointer { c in
        guard let c = c.baseAddress else { return }
        // An empty array has no address, but an empty product none to read.
        let start = a.baseAddress.map { $0 + rows.lowerBound * x.aStrides.0 } ?? UnsafePointer(c)
        kernels.multiply(
          rows: rows.count, depth: s.depth, columns: s.columns, start, rowStride: x.aStrides.0,
          columnStride: x.aStrides.1, x.b, rowStride: x.bStrides.0, columnStride: x.bStrides.1,
          scratch: &scratch, into: c + rows.lowerBound * s.columns, rowStride: s.columns,
          accumulate: x.accumulate)
      }
    }
    return c
  }

  private func multiplyPacked(
    _ kernels: any KernelProtocol.Type, _ x: Case, _ s: Sizes, ahead: MemoryAhead? = nil
  ) -> [Element] {
    var packed = [Element](
      repeating: .nan, count: kernels.packedCount(depth: s.depth, columns: s.columns))
    kernels.pack(
      depth: s.depth, columns: s.columns, x.b, rowStride: x.bStrides.0,
      columnStride: x.bStrides.1, into: &packed)
    var c = [Element](repeating: .nan, count: s.rows * s.columns)
    x.start.withUnsafeBufferPointer { start in
      kernels.multiplyPacked(
        rows: s.rows, depth: s.depth, columns: s.columns, x.a, rowStride: x.aStrides.0,
        columnStride: x.aStrides.1, packed: packed, into: &c, rowStride: s.columns,
        adding: x.accumulate ? start.baseAddress : nil, rowStride: s.columns, ahead: ahead)
    }
    return c
  }

  @Test(arguments: InstructionSet.available, sizes)
  func equalsTheTripleLoop(_ set: InstructionSet, _ s: Sizes) {
    for x in cases(s) {
      let expected = tripleLoop(x, s)
      let tolerance = Double(max(s.depth, 1)) * Double(Element.ulpOfOne)
      for found in [multiply(kernels(for: set), x, s), multiplyPacked(kernels(for: set), x, s)] {
        let worst = zip(found, expected).map { abs(Double($0) - $1) }
          .reduce(0) { $1 <= $0 ? $0 : $1 }
        #expect(worst <= tolerance)
      }
    }
  }

  /// Room for a depth is room for a smaller one, whose groups of columns may be larger: a last block of
  /// fewer rows than the others uses their scratch.
  @Test(arguments: InstructionSet.available)
  func scratchDoesNotShrinkWithTheDepth(_ set: InstructionSet) {
    for columns in [1, 16, 100, 256, 288, 512, 1024] {
      let counts = (1...300).map { kernels(for: set).scratchCount(depth: $0, columns: columns) }
      #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }

  /// Whatever memory is asked for, be it nobody's, the product has the same bits.
  @Test(arguments: InstructionSet.available, sizes)
  func askingAheadChangesNothing(_ set: InstructionSet, _ s: Sizes) throws {
    let nowhere = try #require(UnsafePointer<Element>(bitPattern: 4096))
    for x in cases(s) {
      let product = multiplyPacked(kernels(for: set), x, s)
      for count in [0, 1, 5000, 1 << 20] {
        let ahead = MemoryAhead(nowhere, count: count)
        #expect(product == multiplyPacked(kernels(for: set), x, s, ahead: ahead))
      }
    }
  }

  /// Packing writes what it says and nothing behind it, and reads nothing behind B, whose end is NaN
  /// here: also of panels of one vector of two elements.
  @Test(arguments: InstructionSet.available, sizes)
  func packingStaysWithinItsMemory(_ set: InstructionSet, _ s: Sizes) {
    let count = kernels(for: set).packedCount(depth: s.depth, columns: s.columns)
    for x in cases(s) {
      let b = x.b + [Element](repeating: .nan, count: 64)
      var packed = [Element](repeating: -7, count: count + 64)
      kernels(for: set).pack(
        depth: s.depth, columns: s.columns, b, rowStride: x.bStrides.0, columnStride: x.bStrides.1,
        into: &packed)
      #expect(packed[count...].allSatisfy { $0 == -7 })
      #expect(packed[..<count].allSatisfy { $0.isFinite })
    }
  }

  /// What threads rely on: rows computed apart have the bits of the whole, packed or in place.
  @Test(arguments: InstructionSet.available, sizes)
  func partsHaveTheBitsOfTheWhole(_ set: InstructionSet, _ s: Sizes) {
    for x in cases(s) {
      let whole = multiply(kernels(for: set), x, s)
      #expect(whole == multiplyPacked(kernels(for: set), x, s))
      let cut = s.rows / 3
      let upper = multiply(kernels(for: set), x, s, rows: 0..<cut)
      let lower = multiply(kernels(for: set), x, s, rows: cut..<s.rows)
      #expect(upper.prefix(cut * s.columns) == whole.prefix(cut * s.columns))
      #expect(lower.dropFirst(cut * s.columns) == whole.dropFirst(cut * s.columns))
    }
  }

  @Test(arguments: InstructionSet.available)
  func aRowOfItsOwnIsAddedToEveryRow(_ set: InstructionSet) {
    let s = Sizes(rows: 14, depth: 6, columns: 21)
    let kernels = kernels(for: set)
    let (x, bias) = (cases(s)[0], numbers(21, seed: 4))
    var packed = [Element](repeating: 0, count: kernels.packedCount(depth: 6, columns: 21))
    kernels.pack(depth: 6, columns: 21, x.b, rowStride: 21, columnStride: 1, into: &packed)
    var c = [Element](repeating: .nan, count: 14 * 21)
    bias.withUnsafeBufferPointer { bias in
      kernels.multiplyPacked(
        rows: 14, depth: 6, columns: 21, x.a, rowStride: 6, columnStride: 1, packed: packed,
        into: &c, rowStride: 21, adding: bias.baseAddress, rowStride: 0)
    }
    let product = multiply(kernels, x, s)
    for i in 0..<c.count { #expect(c[i] == bias[i % 21] + product[i]) }
  }

  @Test(arguments: InstructionSet.available)
  func writesNothingBesideItsColumns(_ set: InstructionSet) {
    let kernels = kernels(for: set)
    let (n, k, m, stride) = (7, 5, 11, 20)
    let (a, b) = (numbers(n * k, seed: 1), numbers(k * m, seed: 2))
    var scratch = [Element](repeating: 0, count: kernels.scratchCount(depth: k, columns: m))
    var c = [Element](repeating: 77, count: n * stride)
    kernels.multiply(
      rows: n, depth: k, columns: m, a, rowStride: k, columnStride: 1, b, rowStride: m,
      columnStride: 1, scratch: &scratch, into: &c, rowStride: stride, accumulate: false)
    for i in 0..<n { for j in m..<stride { #expect(c[i * stride + j] == 77) } }
  }

  #if OpenBLAS
    @Test(arguments: InstructionSet.available, sizes.filter { $0.depth > 0 })
    func equalsOpenBLAS(_ set: InstructionSet, _ s: Sizes) {
      for x in cases(s) {
        var c = x.accumulate ? x.start : [Element](repeating: 0, count: s.rows * s.columns)
        let (aPlain, bPlain) = (x.aStrides.1 == 1, x.bStrides.1 == 1)
        #if SinglePrecision
          let product = cblas_sgemm
        #else
          let product = cblas_dgemm
        #endif
        product(
          CblasRowMajor, aPlain ? CblasNoTrans : CblasTrans, bPlain ? CblasNoTrans : CblasTrans,
          blasint(s.rows), blasint(s.columns), blasint(s.depth), 1, x.a,
          blasint(aPlain ? s.depth : s.rows), x.b, blasint(bPlain ? s.columns : s.depth),
          x.accumulate ? 1 : 0, &c, blasint(s.columns))
        let tolerance = Element(s.depth) * .ulpOfOne
        for (ours, theirs) in zip(multiply(kernels(for: set), x, s), c) {
          #expect(abs(ours - theirs) <= tolerance)
        }
      }
    }
  #endif
}
