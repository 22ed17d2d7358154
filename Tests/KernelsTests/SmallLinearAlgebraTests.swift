import Autodiff
import KernelInterface
import Kernels
import Testing

@Suite struct SmallLinearAlgebraTests {
  static let cases = InstructionSet.available.flatMap { set in
    [1, 2, 3, 4, 7, 8, 9, 17, 50].map { (set, $0) }
  }

  private func stride(_ n: Int) -> Int { (n + 7) & ~7 }

  /// A positive definite matrix, dense `[n, n]`.
  private func matrix(_ n: Int) -> [Double] {
    var generator = SplitMix64(seed: UInt64(n))
    let z = generator.normals(n * n)
    return (0..<n * n).map { index in
      let (i, j) = (index / n, index % n)
      return (0..<n).reduce(i == j ? Double(n) : 0) { $0 + z[i * n + $1] * z[j * n + $1] }
    }
  }

  private func padded(_ dense: [Double], _ n: Int) -> [Double] {
    let stride = stride(n)
    var result = [Double](repeating: 0, count: stride * stride)
    for i in 0..<n { for j in 0..<n { result[i * stride + j] = dense[i * n + j] } }
    return result
  }

  private func vector(_ n: Int, seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return generator.normals(n) + [Double](repeating: 0, count: stride(n) - n)
  }

  /// Large matrices are read by half: the product must be that of the whole.
  @Test(arguments: InstructionSet.available)
  func halfOfALargeMatrixIsEnough(set: InstructionSet) {
    let n = 530
    let (algebra, stride) = (linearAlgebra(for: set), stride(n))
    var generator = SplitMix64(seed: 4)
    var a = [Double](repeating: 0, count: stride * stride)
    for i in 0..<n {
      for j in 0...i {
        a[i * stride + j] = 2 * generator.uniform() - 1
        a[j * stride + i] = a[i * stride + j]
      }
    }
    let x = vector(n, seed: 9)
    var y = [Double](repeating: .nan, count: stride)
    algebra.multiplyPadded(stride: stride, a, x, into: &y)
    for i in 0..<n {
      let expected = (0..<n).reduce(0) { $0 + a[i * stride + $1] * x[$1] }
      #expect((y[i] - expected).magnitude < 1e-11)
    }
    #expect(y[n...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: cases)
  func productsFactorsAndSolutionsAgree(set: InstructionSet, n: Int) {
    let (algebra, stride) = (linearAlgebra(for: set), stride(n))
    let a = padded(matrix(n), n)
    let x = vector(n, seed: 9)
    var b = [Double](repeating: .nan, count: stride)
    algebra.multiplyPadded(stride: stride, a, x, into: &b)
    for i in 0..<n {
      let expected = (0..<n).reduce(0) { $0 + a[i * stride + $1] * x[$1] }
      #expect((b[i] - expected).magnitude < 1e-12 * Double(n * n))
    }
    #expect(b[n...].allSatisfy { $0 == 0 })
    let square = x.reduce(0) { $0 + $1 * $1 }
    #expect((algebra.dotPadded(stride: stride, x, x) - square).magnitude < 1e-13 * square)
    var factor = a
    #expect(algebra.factorPadded(count: n, stride: stride, &factor, floor: 0) == -1)
    for i in 0..<n {
      for j in i..<n {
        let product = (0...i).reduce(0) { $0 + factor[$1 * stride + i] * factor[$1 * stride + j] }
        #expect((product - a[i * stride + j]).magnitude < 1e-13 * a[0] * Double(n))
      }
    }
    algebra.solveTransposedPadded(count: n, stride: stride, factor, &b)
    algebra.solvePadded(count: n, stride: stride, factor, &b)
    for i in 0..<n { #expect((b[i] - x[i]).magnitude < 1e-11) }
  }

  @Test(arguments: cases)
  func firstBadPivotIsNamed(set: InstructionSet, n: Int) {
    let (algebra, stride) = (linearAlgebra(for: set), stride(n))
    for bad in [0, n / 2, n - 1] {
      for value in [-2.0, .nan, .infinity] {
        var a = [Double](repeating: 0, count: stride * stride)
        for i in 0..<n { a[i * stride + i] = i >= bad ? value : 1 }
        #expect(algebra.factorPadded(count: n, stride: stride, &a, floor: 0) == bad)
      }
    }
  }

  @Test(arguments: cases)
  func scalingSymmetrisesAndRefusesWhatIsAsymmetric(set: InstructionSet, n: Int) {
    let (algebra, stride) = (linearAlgebra(for: set), stride(n))
    var dense = matrix(n)
    let d = (0..<n).map { 1 / dense[$0 * n + $0].squareRoot() }
    var c = [Double](repeating: .nan, count: stride * stride)
    #expect(
      algebra.scaleSymmetric(count: n, dense, scale: d, tolerance: 1e-9, stride: stride, into: &c))
    for i in 0..<n {
      #expect(c[i * stride + i] == 1)
      for j in 0..<n {
        #expect((c[i * stride + j] - dense[i * n + j] * d[i] * d[j]).magnitude < 1e-14)
        #expect(c[i * stride + j] == c[j * stride + i])
      }
    }
    #expect((n..<stride).allSatisfy { c[$0] == 0 && c[$0 * stride] == 0 })
    guard n > 1 else { return }
    for value in [1e-6, Double.nan] {
      let kept = dense[n - 1]
      dense[n - 1] += value / (d[0] * d[n - 1])
      #expect(
        !algebra.scaleSymmetric(
          count: n, dense, scale: d, tolerance: 1e-9, stride: stride, into: &c))
      dense[n - 1] = kept
    }
  }

  @Test(arguments: cases)
  func conjugateGradientsSolveTheShiftedSystem(set: InstructionSet, n: Int) {
    let (algebra, stride) = (linearAlgebra(for: set), stride(n))
    let dense = matrix(n).map { $0 / Double(3 * n) }
    let (c, s, r) = (padded(dense, n), vector(n, seed: 2), vector(n, seed: 3))
    var (residual, e) = (r, r)
    var work = [Double](repeating: .nan, count: 3 * stride)
    let result = algebra.conjugateGradients(
      stride: stride, c, scale: s, residual: &residual, solution: &e, tolerance: 1e-12, limit: 200,
      work: &work)
    #expect(result.residual <= 1e-12 && result.iterations <= 200)
    for i in 0..<n {
      let product = (0..<n).reduce(e[i]) { $0 + s[i] * c[i * stride + $1] * s[$1] * e[$1] }
      #expect((product - r[i]).magnitude < 1e-11)
    }
    let trace = (0..<n).reduce(0) { $0 + 1 + s[$1] * s[$1] * c[$1 * stride + $1] }
    #expect(result.largestEigenvalue >= 1 && result.largestEigenvalue <= 2 * trace)
  }

  @Test(arguments: cases)
  func aSweepTakesEachCoordinateToItsMinimum(set: InstructionSet, n: Int) {
    let (algebra, stride) = (linearAlgebra(for: set), stride(n))
    let dense = matrix(n)
    let d = (0..<n).map { 1 / dense[$0 * n + $0].squareRoot() }
    var c = [Double](repeating: 0, count: stride * stride)
    _ = algebra.scaleSymmetric(
      count: n, dense, scale: d, tolerance: 1e-9, stride: stride, into: &c)
    var beta = vector(n, seed: 4).map { $0 * $0 }
    for i in 0..<n { beta[i] += 0.01 }
    var u = [Double](repeating: 0, count: stride)
    for i in 0..<n { u[i] = 0.5 + Double(i % 3) }
    var (expected, v) = (u, u)
    algebra.multiplyPadded(stride: stride, c, u, into: &v)
    var work = [Double](repeating: 0, count: 8)
    let change = algebra.descend(
      count: n, stride: stride, c, beta: beta, &u, &v, work: &work)
    var largest = 0.0
    for i in 0..<n {
      let old = expected[i]
      let others = (0..<n).reduce(0) { $1 == i ? $0 : $0 + c[i * stride + $1] * expected[$1] }
      expected[i] = 0.5 * ((others * others + 4 * beta[i]).squareRoot() - others)
      largest = max(largest, (expected[i] - old).magnitude / expected[i])
      #expect((u[i] - expected[i]).magnitude < 1e-11)
    }
    #expect((change / largest - 1).magnitude < 1e-6)
    for i in 0..<n {
      let product = (0..<n).reduce(0) { $0 + c[i * stride + $1] * u[$1] }
      #expect((v[i] - product).magnitude < 1e-11)
    }
  }

  @Test(arguments: cases)
  func rankTwoUpdatesAndGramsFollowTheirDefinition(set: InstructionSet, n: Int) {
    let (algebra, rows) = (linearAlgebra(for: set), stride(n))
    let (t, w) = (vector(n, seed: 5), vector(n, seed: 6))
    var g = [Double](repeating: 1, count: n * n)
    algebra.addSymmetricOuter(count: n, t, w, into: &g)
    for i in 0..<n {
      for j in 0..<n {
        #expect((g[i * n + j] - (1 + t[i] * w[j] + w[i] * t[j])).magnitude < 1e-14)
      }
    }
    let (k, width) = (5, 8)
    var f = [Double](repeating: 0, count: rows * width)
    let numbers = vector(n * k, seed: 7)
    for i in 0..<n { for a in 0..<k { f[i * width + a] = numbers[i * k + a] } }
    var gram = [Double](repeating: .nan, count: width * width)
    algebra.weightedGram(rows: rows, stride: width, f, weights: t, into: &gram)
    for a in 0..<width {
      for b in 0..<width {
        let sum = (0..<n).reduce(0) { $0 + t[$1] * f[$1 * width + a] * f[$1 * width + b] }
        #expect((gram[a * width + b] - sum).magnitude < 1e-13 * Double(n))
      }
    }
    var (forward, back) = (
      [Double](repeating: .nan, count: rows), [Double](repeating: .nan, count: width)
    )
    algebra.multiplyRowsTransposed(rows: rows, stride: width, f, w, into: &back)
    algebra.multiplyRows(rows: rows, stride: width, f, back, into: &forward)
    for i in 0..<n {
      let sum = (0..<k).reduce(0) { total, a in
        total + f[i * width + a] * (0..<n).reduce(0) { $0 + f[$1 * width + a] * w[$1] }
      }
      #expect((forward[i] - sum).magnitude < 1e-12 * Double(n))
    }
  }
}
