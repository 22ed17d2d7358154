internal import Kernels
internal import KernelInterface

/// The matrix product of the last axis of `left` with a matrix: `[…, k] · [k, m] → […, m]`.
///
/// VJP of `Y = AB`: `Ā += Ȳ Bᵀ`, `B̄ += Aᵀ Ȳ` (Giles 2008, *Collected matrix derivative results*,
/// §2.2.2).
public func matmul(_ left: Variable, _ right: Variable) -> Variable {
  let (a, b) = (left.shape, right.shape)
  check(a.rank >= 1 && b.rank == 2 && a[a.rank - 1] == b[0], "matmul: \(a) · \(b)")
  let (k, m) = (b[0], b[1])
  let shape = a.replacingLast(with: m)
  let n = a.replacingLast(with: 1).count
  let tape = left.tape
  let y = tape.allocate(n * m)
  tape.multiply(n, k, m, left.values, (k, 1), right.values, (m, 1), into: y, accumulate: false)
  return tape.record("matmul", left, right, output: y, shape: shape, saving: n) { context in
    let n = context.saved(as: Int.self)
    let (k, m) = (context.inputShape(1)[0], context.inputShape(1)[1])
    let (a, b, ȳ) = (context.input(0), context.input(1), context.seed)
    if let ā = context.cotangent(0) {
      context.tape.multiply(n, m, k, ȳ, (m, 1), b, (1, m), into: ā, accumulate: true)
    }
    if let b̄ = context.cotangent(1) {
      context.tape.multiply(k, n, m, a, (1, k), ȳ, (m, 1), into: b̄, accumulate: true)
    }
  }
}

extension Shape {
  /// This shape with the last axis replaced.
  fileprivate func replacingLast(with extent: Int) -> Shape {
    switch rank {
    case 1: Shape(extent)
    case 2: Shape(self[0], extent)
    case 3: Shape(self[0], self[1], extent)
    default: Shape(dimensions.dropLast() + [extent])
    }
  }
}

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
