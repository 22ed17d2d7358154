/// The Cholesky factorisation `A = RᵀR` of small dense matrices, in place, over pointers.
///
/// Matrices are row-major `[n, n]`; only the upper triangle is read and written. The factorisation
/// is right-looking, four pivot rows at a time: every inner loop runs along a row, where memory is
/// contiguous, and a row of the trailing block is loaded once for four updates.
///
/// - Source: Golub & Van Loan (2013), *Matrix Computations*, §4.2.
package enum Cholesky {
  /// Overwrites the upper triangle of `a` by `R`.
  ///
  /// Returns `nil`, or the first pivot that is not above `floor` (or not a number), where it stopped:
  /// the rows before it are finished then.
  package static func factor(
    count n: Int, matrix a: UnsafeMutablePointer<Double>, floor: Double = 0
  ) -> (index: Int, value: Double)? {
    var k = 0
    while k < n {
      let width = min(4, n - k)
      for p in k..<k + width {
        let row = a + p * n
        let pivot = row[p]
        guard pivot > floor, pivot.isFinite else { return (p, pivot) }
        let scale = 1 / pivot.squareRoot()
        for j in p..<n { row[j] *= scale }
        for i in p + 1..<max(p + 1, k + width) {
          let target = a + i * n
          let factor = row[i]
          for j in i..<n { target[j] -= factor * row[j] }
        }
      }
      if width == 4 {
        for i in k + 4..<max(k + 4, n) {
          subtractFour(from: a + i * n, rows: a + k * n, stride: n, column: i, count: n)
        }
      }
      k += width
    }
    return nil
  }

  /// `target[j] -= Σ_p rows[p][column] · rows[p][j]` for the four rows `p` and `j` in
  /// `column..<count`.
  @inline(__always)
  private static func subtractFour(
    from target: UnsafeMutablePointer<Double>, rows: UnsafeMutablePointer<Double>, stride: Int,
    column: Int, count: Int
  ) {
    let (r0, r1, r2, r3) = (rows, rows + stride, rows + 2 * stride, rows + 3 * stride)
    let (f0, f1, f2, f3) = (r0[column], r1[column], r2[column], r3[column])
    let (v0, v1) = (SIMD4(repeating: f0), SIMD4(repeating: f1))
    let (v2, v3) = (SIMD4(repeating: f2), SIMD4(repeating: f3))
    var j = column
    while j + 4 <= count {
      let update = (load(r0 + j) * v0 + load(r1 + j) * v1) + (load(r2 + j) * v2 + load(r3 + j) * v3)
      UnsafeMutableRawPointer(target + j).storeBytes(
        of: load(target + j) - update, as: SIMD4<Double>.self)
      j += 4
    }
    while j < count {
      target[j] -= (r0[j] * f0 + r1[j] * f1) + (r2[j] * f2 + r3[j] * f3)
      j += 1
    }
  }

  /// Solves `Rᵀz = x` in place.
  package static func solveTransposed(
    count n: Int, factor r: UnsafePointer<Double>, vector x: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<n {
      let row = r + k * n
      let value = x[k] / row[k]
      x[k] = value
      for j in k + 1..<max(k + 1, n) { x[j] -= value * row[j] }
    }
  }

  /// Solves `Rx = z` in place.
  ///
  /// Each row is a dot product, summed in eight interleaved partial sums.
  package static func solve(
    count n: Int, factor r: UnsafePointer<Double>, vector x: UnsafeMutablePointer<Double>
  ) {
    var k = n - 1
    while k >= 0 {
      let row = r + k * n
      var (even, odd) = (SIMD4<Double>(), SIMD4<Double>())
      var j = k + 1
      while j + 8 <= n {
        even += load(row + j) * load(x + j)
        odd += load(row + j + 4) * load(x + j + 4)
        j += 8
      }
      var sum = (even + odd).sum()
      while j < n {
        sum += row[j] * x[j]
        j += 1
      }
      x[k] = (x[k] - sum) / row[k]
      k -= 1
    }
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Double>) -> SIMD4<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
  }

  @inline(__always)
  private static func load(_ pointer: UnsafeMutablePointer<Double>) -> SIMD4<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
  }
}
