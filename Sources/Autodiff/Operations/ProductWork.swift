internal import Kernels
internal import KernelInterface

extension Tape {
  /// `C = A·B` (or `+=`) for `A` `[rows, depth]`, `B` `[depth, columns]` with strides (row,
  /// column), `C` dense row-major; large products are shared between the tape's threads.
  func multiply(
    _ rows: Int, _ depth: Int, _ columns: Int, _ a: UnsafePointer<Scalar>, _ aStrides: (Int, Int),
    _ b: UnsafePointer<Scalar>, _ bStrides: (Int, Int), into c: UnsafeMutablePointer<Scalar>,
    accumulate: Bool
  ) {
    var work = ProductWork(
      rows: rows, depth: depth, columns: columns, a: a, aStrides: aStrides, b: b,
      bStrides: bStrides, c: c, accumulate: accumulate)
    let shards = work.cut(threads: threads?.threadCount ?? 1)
    withScratch { tape in
      work.scratch = tape.allocate(shards * work.scratchCount)
      tape.run(work, shards: shards)
    }
  }

  /// Packs a matrix for repeated products; the memory lasts as long as the tape's other values.
  func pack(_ depth: Int, _ columns: Int, _ b: UnsafePointer<Scalar>, _ strides: (Int, Int))
    -> UnsafePointer<Scalar>
  {
    let packed = allocate(kernels.packedCount(depth: depth, columns: columns))
    kernels.pack(
      depth: depth, columns: columns, b, rowStride: strides.0, columnStride: strides.1,
      into: packed)
    return UnsafePointer(packed)
  }
}

/// A matrix product cut along its rows or its columns, whichever are more.
///
/// Every element of the product is computed by the same chain of multiply-adds however the product
/// is cut (see `KernelProtocol`), so that here the cut may follow the number of threads.
private struct ProductWork: ShardedWork {
  let rows: Int
  let depth: Int
  let columns: Int
  let a: UnsafePointer<Scalar>
  let aStrides: (Int, Int)
  let b: UnsafePointer<Scalar>
  let bStrides: (Int, Int)
  let c: UnsafeMutablePointer<Scalar>
  let accumulate: Bool
  var scratch: UnsafeMutablePointer<Scalar>?
  var cutsRows = true
  /// Rows or columns of one part.
  var part = 0

  init(
    rows: Int, depth: Int, columns: Int, a: UnsafePointer<Scalar>, aStrides: (Int, Int),
    b: UnsafePointer<Scalar>, bStrides: (Int, Int), c: UnsafeMutablePointer<Scalar>,
    accumulate: Bool
  ) {
    self.rows = rows
    self.depth = depth
    self.columns = columns
    self.a = a
    self.aStrides = aStrides
    self.b = b
    self.bStrides = bStrides
    self.c = c
    self.accumulate = accumulate
    part = rows
  }

  /// About 25 µs of multiply-adds on one thread: less is not worth another one.
  private static let leastWork = 1 << 20

  /// Decides how to cut, and into how many parts.
  mutating func cut(threads: Int) -> Int {
    let most = min(threads, rows * depth * columns / Self.leastWork)
    guard most > 1 else { return 1 }
    cutsRows = rows >= columns
    // Whole register blocks: a multiple of 12 rows, or of 32 columns.
    let (extent, unit) = cutsRows ? (rows, 12) : (columns, 32)
    part = ((extent + most - 1) / most + unit - 1) / unit * unit
    return (extent + part - 1) / part
  }

  /// Scratch elements of one part.
  var scratchCount: Int {
    kernels.scratchCount(depth: depth, columns: cutsRows ? columns : min(part, columns))
  }

  func run(shard: Int, worker: Int) {
    guard let scratch = scratch.map({ $0 + shard * scratchCount }) else { return }
    let first = shard * part
    let (row, column) = cutsRows ? (first, 0) : (0, first)
    kernels.multiply(
      rows: cutsRows ? min(part, rows - first) : rows, depth: depth,
      columns: cutsRows ? columns : min(part, columns - first), a + row * aStrides.0,
      rowStride: aStrides.0, columnStride: aStrides.1, b + column * bStrides.1,
      rowStride: bStrides.0, columnStride: bStrides.1, scratch: scratch,
      into: c + (row * columns + column), rowStride: columns, accumulate: accumulate)
  }
}
