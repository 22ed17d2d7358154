/// Matrix products over the last two axes: `[…, n, k] · […, k, m] → […, n, m]`.
///
/// A matrix on the right serves every row of the left, which may have one axis only:
/// `[…, k] · [k, m] → […, m]`. With more axes on the right, the axes before the last two broadcast,
/// so that one matrix on the left can serve a batch on the right.
///
/// VJP of `Y = AB`: `Ā += Ȳ Bᵀ`, `B̄ += Aᵀ Ȳ`, summed over repeated axes (Giles 2008, *Collected
/// matrix derivative results*, §2.2.2).
public func matmul(_ left: Variable, _ right: Variable) -> Variable {
  let plan = ProductPlan(left.shape, right.shape)
  let (n, k, m) = (plan.n, plan.k, plan.m)
  let tape = left.tape
  let y = tape.allocate(plan.shape.count)
  let (a, b) = (left.values, right.values)
  for matrix in 0..<plan.count {
    let (i, j) = plan.operands(matrix)
    tape.multiply(
      n, k, m, a + i * n * k, (k, 1), b + j * k * m, (m, 1), into: y + matrix * n * m,
      accumulate: false)
  }
  return tape.record("matmul", left, right, output: y, shape: plan.shape, saving: plan) { context in
    let plan = context.saved(as: ProductPlan.self)
    let (n, k, m) = (plan.n, plan.k, plan.m)
    let (a, b, ȳ) = (context.input(0), context.input(1), context.seed)
    let (ā, b̄) = (context.cotangent(0), context.cotangent(1))
    for matrix in 0..<plan.count {
      let (i, j) = plan.operands(matrix)
      let seed = ȳ + matrix * n * m
      if let ā {
        context.tape.multiply(
          n, m, k, seed, (m, 1), b + j * k * m, (1, m), into: ā + i * n * k, accumulate: true)
      }
      if let b̄ {
        context.tape.multiply(
          k, n, m, a + i * n * k, (1, k), seed, (m, 1), into: b̄ + j * k * m, accumulate: true)
      }
    }
  }
}

/// A batch of products `[n, k] · [k, m]`, and which operands each takes.
private struct ProductPlan: BitwiseCopyable {
  let n: Int
  let k: Int
  let m: Int
  let shape: Shape
  private let batch: Broadcast

  init(_ a: Shape, _ b: Shape) {
    check(
      b.rank >= 2 && a.rank >= (b.rank == 2 ? 1 : 2) && a[a.rank - 1] == b[b.rank - 2],
      "matmul: \(a) · \(b)")
    k = a[a.rank - 1]
    m = b[b.rank - 1]
    if b.rank == 2 {
      n = a.prefix(a.rank - 1).count
      shape = a.replacing(axis: a.rank - 1, with: m)
      batch = Broadcast("matmul", Shape(), Shape())
    } else {
      n = a[a.rank - 2]
      batch = Broadcast("matmul", a.prefix(a.rank - 2), b.prefix(b.rank - 2))
      var shape = batch.shape
      shape.append(n)
      shape.append(m)
      self.shape = shape
    }
  }

  /// The number of products.
  var count: Int { batch.runs * batch.length }

  /// Which matrices product `index` multiplies.
  func operands(_ index: Int) -> (left: Int, right: Int) { batch.operands(index) }
}
