internal import Autodiff

/// The factorisation `P A = L U` of a square matrix with partial pivoting.
///
/// For the small systems of optimality conditions, which are neither symmetric nor definite.
///
/// - Source: Golub & Van Loan (2013), *Matrix Computations*, §3.4.
struct LUFactorization {
  private let n: Int
  private var elements: [Double]
  private var order: [Int]

  /// Factors a matrix; `nil` if it is singular to working precision or holds what is no number.
  init?(_ matrix: Matrix) {
    n = matrix.rows
    check(matrix.columns == n, "LUFactorization: \(n) × \(matrix.columns) is not square")
    elements = matrix.elements
    order = Array(0..<n)
    let (count, size) = (n, matrix.elements.reduce(0) { max($0, $1.magnitude) })
    var pivots = order
    let sound = elements.withUnsafeMutableBufferPointer { buffer -> Bool in
      guard let a = buffer.baseAddress else { return true }
      for k in 0..<count {
        var pivot = k
        for i in k + 1..<max(k + 1, count)
        where a[i * count + k].magnitude > a[pivot * count + k].magnitude { pivot = i }
        guard a[pivot * count + k].magnitude > 1e-300 * max(size, 1e-300), size.isFinite else {
          return false
        }
        if pivot != k {
          for j in 0..<count {
            (a[k * count + j], a[pivot * count + j]) = (a[pivot * count + j], a[k * count + j])
          }
          pivots.swapAt(k, pivot)
        }
        let inverse = 1 / a[k * count + k]
        let source = a + k * count
        for i in k + 1..<max(k + 1, count) {
          let target = a + i * count
          guard target[k] != 0 else { continue }
          let factor = target[k] * inverse
          target[k] = factor
          for j in k + 1..<max(k + 1, count) { target[j] -= factor * source[j] }
        }
      }
      return true
    }
    guard sound else { return nil }
    order = pivots
  }

  /// The solution of `A x = b`.
  func solve(_ b: [Double]) -> [Double] {
    var x = order.map { b[$0] }
    for i in 0..<n {
      var sum = x[i]
      for j in 0..<i { sum -= elements[i * n + j] * x[j] }
      x[i] = sum
    }
    for i in (0..<n).reversed() {
      var sum = x[i]
      for j in i + 1..<max(i + 1, n) { sum -= elements[i * n + j] * x[j] }
      x[i] = sum / elements[i * n + i]
    }
    return x
  }
}
