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
  let n = k > 0 ? a.count / k : a.dimensions.dropLast().reduce(1, *)
  let tape = left.tape
  let y = tape.allocate(n * m)
  tape.multiply(n, k, m, left.values, (k, 1), right.values, (m, 1), into: y, accumulate: false)
  let shape = Shape(a.dimensions.dropLast() + [m])
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

extension Tape {
  /// `C = A·B` (or `+=`) for `A` `[rows, depth]`, `B` `[depth, columns]` with strides (row,
  /// column), `C` dense row-major.
  func multiply(
    _ rows: Int, _ depth: Int, _ columns: Int, _ a: UnsafePointer<Scalar>, _ aStrides: (Int, Int),
    _ b: UnsafePointer<Scalar>, _ bStrides: (Int, Int), into c: UnsafeMutablePointer<Scalar>,
    accumulate: Bool
  ) {
    withScratch { tape in
      let packed = tape.pack(depth, columns, b, bStrides)
      kernels.multiplyPacked(
        rows: rows, depth: depth, columns: columns, a, rowStride: aStrides.0,
        columnStride: aStrides.1, packed: packed, into: c, rowStride: columns,
        accumulate: accumulate)
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

  /// Gives back whatever `body` allocates.
  func withScratch(_ body: (Tape) -> Void) {
    let mark = arena.mark
    body(self)
    arena.rewind(to: mark)
  }
}
