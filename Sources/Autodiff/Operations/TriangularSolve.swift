/// Solves batches of triangular systems: the X of `T X = B`, or of `Tᵀ X = B` with `transposed`.
///
/// T is the lower triangle of `triangle`, or the upper one with `lower: false`; the other half is
/// not read. With `L = choleskyFactor(a)`, the solution of `A X = B` is
/// `solveTriangular(L, solveTriangular(L, b), transposed: true)`. The arithmetic is in double
/// precision.
///
/// - Shapes: `triangle` `[…, n, n]`, `right` `[…, n, m]`, whose axes before the last two broadcast;
///   result `[…, n, m]`.
///
/// VJP: with `V = T⁻ᵀ X̄`, `B̄ += V`, `T̄ −= V Xᵀ` on the triangle; transposed, with `V = T⁻¹ X̄`,
/// `B̄ += V`, `T̄ −= X Vᵀ` on the triangle (Giles 2008, §2.3.1); summed over repeated axes.
///
/// Throws ``FactorizationError`` where a diagonal element is zero or not a number.
public func solveTriangular(
  _ triangle: Variable, _ right: Variable, lower: Bool = true, transposed: Bool = false
) throws(FactorizationError) -> Variable {
  let plan = SolvePlan(
    triangle.shape, right.shape, Triangles.Form(lower: lower, transposed: transposed))
  let (n, m) = (plan.n, plan.m)
  let (t, b) = (triangle.values, right.values)
  for matrix in 0..<triangle.shape.prefix(triangle.shape.rank - 2).count {
    for row in 0..<n {
      let value = t[(matrix * n + row) * n + row]
      guard value != 0, value.isFinite else {
        throw .singularTriangle(
          operation: "solveTriangular", batch: matrix, row: row, value: Double(value))
      }
    }
  }
  let tape = right.tape
  let x = tape.allocate(plan.shape.count)
  tape.withScratch { tape in
    let (matrix, solution) = (tape.allocate(Double.self, n * n), tape.allocate(Double.self, n * m))
    for system in 0..<plan.count {
      let (i, j) = plan.operands(system)
      for k in 0..<n * n { matrix[k] = Double(t[i * n * n + k]) }
      for k in 0..<n * m { solution[k] = Double(b[j * n * m + k]) }
      Triangles.solve(n, m, matrix, plan.form, into: solution)
      for k in 0..<n * m { x[system * n * m + k] = Scalar(solution[k]) }
    }
  }
  return tape.record("solveTriangular", triangle, right, output: x, shape: plan.shape, saving: plan)
  {
    context in
    let plan = context.saved(as: SolvePlan.self)
    let (n, m) = (plan.n, plan.m)
    let t = context.input(0)
    let (t̄, b̄) = (context.cotangent(0), context.cotangent(1))
    context.tape.withScratch { tape in
      let (matrix, v) = (tape.allocate(Double.self, n * n), tape.allocate(Double.self, n * m))
      for system in 0..<plan.count {
        let (i, j) = plan.operands(system)
        let seed = context.seed + system * n * m
        for k in 0..<n * n { matrix[k] = Double(t[i * n * n + k]) }
        for k in 0..<n * m { v[k] = Double(seed[k]) }
        var adjoint = plan.form
        adjoint.transposed.toggle()
        Triangles.solve(n, m, matrix, adjoint, into: v)
        if let target = b̄.map({ $0 + j * n * m }) {
          for k in 0..<n * m { target[k] += Scalar(v[k]) }
        }
        if let target = t̄.map({ $0 + i * n * n }) {
          plan.subtractOuterProduct(v, context.output + system * n * m, from: target)
        }
      }
    }
  }
}

/// A batch of systems, and which operands each takes.
private struct SolvePlan: BitwiseCopyable {
  let n: Int
  let m: Int
  let form: Triangles.Form
  let shape: Shape
  private let batch: Broadcast

  init(_ t: Shape, _ b: Shape, _ form: Triangles.Form) {
    check(
      t.rank >= 2 && b.rank >= 2 && t[t.rank - 1] == t[t.rank - 2]
        && b[b.rank - 2] == t[t.rank - 1],
      "solveTriangular: triangles \(t), right-hand sides \(b)")
    n = t[t.rank - 1]
    m = b[b.rank - 1]
    self.form = form
    batch = Broadcast("solveTriangular", t.prefix(t.rank - 2), b.prefix(b.rank - 2))
    var shape = batch.shape
    shape.append(n)
    shape.append(m)
    self.shape = shape
  }

  /// The number of systems.
  var count: Int { batch.runs * batch.length }

  /// Which triangle and which right-hand side system `index` combines.
  func operands(_ index: Int) -> (triangle: Int, right: Int) {
    let pair = batch.operands(index)
    return (pair.left, pair.right)
  }

  /// `T̄ −= V Xᵀ`, or `X Vᵀ` for the transposed system, on the triangle.
  func subtractOuterProduct(
    _ v: UnsafePointer<Double>, _ x: UnsafePointer<Scalar>,
    from target: UnsafeMutablePointer<Scalar>
  ) {
    for i in 0..<n {
      for j in form.lower ? 0..<i + 1 : i..<n {
        let (row, column) = form.transposed ? (j, i) : (i, j)
        var sum = 0.0
        for c in 0..<m { sum += v[row * m + c] * Double(x[column * m + c]) }
        target[i * n + j] -= Scalar(sum)
      }
    }
  }
}
