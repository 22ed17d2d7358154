#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The Cholesky factors L of a batch of symmetric positive definite matrices, `A = L Lᵀ`.
///
/// L is lower triangular with a positive diagonal and zeros above it. Of A the symmetric part
/// ½(A + Aᵀ) is taken, so that Ā is symmetric: moving A_ij and A_ji together changes the loss by
/// 2 Ā_ij. The arithmetic is in double precision.
///
/// - Shapes: `a` `[…, n, n]`, result the same.
///
/// VJP: `Ā += ½ L⁻ᵀ (P + Pᵀ) L⁻¹` with `P = Φ(Lᵀ L̄)`, where Φ takes the lower triangle and halves the
/// diagonal (Murray 2016, *Differentiation of the Cholesky decomposition*, eq. 9 and 10).
///
/// Throws ``FactorizationError`` naming the matrix, the pivot and its value.
public func choleskyFactor(_ a: Variable) throws(FactorizationError) -> Variable {
  let (count, n) = squareMatrices("choleskyFactor", a.shape)
  let tape = a.tape
  let y = tape.allocate(count * n * n)
  try factorAll("choleskyFactor", a) { matrix, factor in
    let target = y + matrix * n * n
    for k in 0..<n * n { target[k] = Scalar(factor[k]) }
  }
  return tape.record("choleskyFactor", a, output: y, shape: a.shape, saving: (count, n)) {
    context in
    guard let ā = context.cotangent(0) else { return }
    let (count, n) = context.saved(as: (Int, Int).self)
    context.tape.withScratch { tape in
      let l = tape.allocate(Double.self, n * n)
      let s = tape.allocate(Double.self, n * n)
      for matrix in 0..<count {
        let (seed, target) = (context.seed + matrix * n * n, ā + matrix * n * n)
        let factor = context.output + matrix * n * n
        for k in 0..<n * n { l[k] = Double(factor[k]) }
        // The lower triangle of Lᵀ L̄, mirrored: that is P + Pᵀ.
        s.update(repeating: 0, count: n * n)
        for k in 0..<n {
          for i in 0...k {
            let scale = l[k * n + i]
            for j in 0...i { s[i * n + j] += scale * Double(seed[k * n + j]) }
          }
        }
        for i in 0..<n { for j in 0..<i { s[j * n + i] = s[i * n + j] } }
        let form = Triangles.Form(lower: true, transposed: true)
        Triangles.solve(n, n, l, form, into: s)
        Triangles.transpose(n, s)
        Triangles.solve(n, n, l, form, into: s)
        for i in 0..<n {
          for j in 0..<n {
            target[i * n + j] += Scalar(0.25 * (s[i * n + j] + s[j * n + i]))
          }
        }
      }
    }
  }
}

/// The logarithms of the determinants of a batch of symmetric positive definite matrices:
/// `y = 2 Σ log L_ii` with the Cholesky factor L.
///
/// Of A the symmetric part ½(A + Aᵀ) is taken. The arithmetic is in double precision.
///
/// - Shapes: `a` `[…, n, n]`, result `[…]`.
///
/// VJP: `Ā += ȳ A⁻¹`.
///
/// Throws ``FactorizationError`` naming the matrix, the pivot and its value.
public func logDeterminant(_ a: Variable) throws(FactorizationError) -> Variable {
  let (count, n) = squareMatrices("logDeterminant", a.shape)
  let tape = a.tape
  let y = tape.allocate(count)
  let factors = a.needsGradient ? tape.allocate(Double.self, count * n * n) : nil
  try factorAll("logDeterminant", a) { matrix, factor in
    var sum = 0.0
    for i in 0..<n { sum += log(factor[i * n + i]) }
    y[matrix] = Scalar(2 * sum)
    if let factors { (factors + matrix * n * n).update(from: factor, count: n * n) }
  }
  let shape = a.shape.prefix(a.shape.rank - 2)
  return tape.record("logDeterminant", a, output: y, shape: shape, saving: (n, factors)) {
    context in
    let (n, factors) = context.saved(as: (Int, UnsafeMutablePointer<Double>?).self)
    guard let ā = context.cotangent(0), let factors else { return }
    context.tape.withScratch { tape in
      let inverse = tape.allocate(Double.self, n * n)
      for matrix in 0..<context.outputCount {
        let (l, ȳ) = (factors + matrix * n * n, Double(context.seed[matrix]))
        inverse.update(repeating: 0, count: n * n)
        for i in 0..<n { inverse[i * n + i] = 1 }
        Triangles.solve(n, n, l, Triangles.Form(lower: true, transposed: false), into: inverse)
        Triangles.solve(n, n, l, Triangles.Form(lower: true, transposed: true), into: inverse)
        let target = ā + matrix * n * n
        for k in 0..<n * n { target[k] += Scalar(ȳ * inverse[k]) }
      }
    }
  }
}

/// The number of matrices in the last two axes, which are square, and their order.
private func squareMatrices(_ name: StaticString, _ shape: Shape) -> (count: Int, n: Int) {
  check(
    shape.rank >= 2 && shape[shape.rank - 1] == shape[shape.rank - 2],
    "\(name): shape \(shape) is not a batch of square matrices")
  return (shape.prefix(shape.rank - 2).count, shape[shape.rank - 1])
}

/// Factors the symmetric part of every matrix in scratch memory and hands it to `body`.
private func factorAll(
  _ name: StaticString, _ a: Variable, _ body: (Int, UnsafePointer<Double>) -> Void
) throws(FactorizationError) {
  let (count, n) = squareMatrices(name, a.shape)
  let values = a.values
  var failure: FactorizationError?
  a.tape.withScratch { tape in
    let factor = tape.allocate(Double.self, n * n)
    for matrix in 0..<count {
      let source = values + matrix * n * n
      for i in 0..<n {
        for j in 0...i {
          factor[i * n + j] = 0.5 * (Double(source[i * n + j]) + Double(source[j * n + i]))
        }
      }
      if let (pivot, value) = Triangles.factor(n, factor) {
        failure = .notPositiveDefinite(
          operation: "\(name)", batch: matrix, pivot: pivot, value: value)
        return
      }
      body(matrix, factor)
    }
  }
  if let failure { throw failure }
}
