/// Dense linear algebra with triangles, row-major and in double precision whatever ``Scalar`` is:
/// factors lose digits that the answer needs.
///
/// Every inner loop runs along a row, where memory is contiguous.
enum Triangles {
  /// Which triangle of a matrix, and whether to take its transpose.
  struct Form: BitwiseCopyable {
    var lower: Bool
    var transposed: Bool
  }

  /// Overwrites the symmetric `a` `[n, n]`, of which the lower triangle is read, by its Cholesky
  /// factor L, `A = L Lᵀ`, with zeros above the diagonal.
  ///
  /// Returns `nil`, or the first pivot that is not a positive number.
  static func factor(_ n: Int, _ a: UnsafeMutablePointer<Double>) -> (pivot: Int, value: Double)? {
    for i in 0..<n {
      let row = a + i * n
      for j in 0..<i { row[j] = (row[j] - dot(j, row, a + j * n)) / a[j * n + j] }
      let pivot = row[i] - dot(i, row, row)
      guard pivot > 0, pivot.isFinite else { return (i, pivot) }
      row[i] = pivot.squareRoot()
      for j in i + 1..<max(i + 1, n) { row[j] = 0 }
    }
    return nil
  }

  /// Overwrites `x` `[n, m]` by the solution Y of `T Y = X`, T being the triangle of `t` `[n, n]` in
  /// that form, whose other half is not read.
  static func solve(
    _ n: Int, _ m: Int, _ t: UnsafePointer<Double>, _ form: Form,
    into x: UnsafeMutablePointer<Double>
  ) {
    let forwards = form.lower != form.transposed
    for step in 0..<n {
      let i = forwards ? step : n - 1 - step
      let row = x + i * m
      let others = form.lower ? 0..<i : i + 1..<max(i + 1, n)
      if form.transposed {
        // Column i of the triangle is row i in memory: finish y_i, then take it out of the others.
        for c in 0..<m { row[c] /= t[i * n + i] }
        for k in others { subtract(m, t[i * n + k], row, from: x + k * m) }
      } else {
        for k in others { subtract(m, t[i * n + k], x + k * m, from: row) }
        for c in 0..<m { row[c] /= t[i * n + i] }
      }
    }
  }

  /// The transpose of a square matrix, in place.
  static func transpose(_ n: Int, _ a: UnsafeMutablePointer<Double>) {
    for i in 0..<n { for j in 0..<i { swap(&a[i * n + j], &a[j * n + i]) } }
  }

  /// `y −= α x`.
  @inline(__always)
  private static func subtract(
    _ count: Int, _ alpha: Double, _ x: UnsafePointer<Double>,
    from y: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<count { y[i] -= alpha * x[i] }
  }

  /// `Σ x y`, by four interleaved partial sums.
  @inline(__always)
  private static func dot(
    _ count: Int, _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) -> Double {
    var partial = SIMD4<Double>()
    var i = 0
    while i + 4 <= count {
      partial +=
        UnsafeRawPointer(x + i).loadUnaligned(as: SIMD4<Double>.self)
        * UnsafeRawPointer(y + i).loadUnaligned(as: SIMD4<Double>.self)
      i += 4
    }
    var sum = partial.sum()
    while i < count {
      sum += x[i] * y[i]
      i += 1
    }
    return sum
  }
}
