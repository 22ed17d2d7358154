import Autodiff
import Finance
import Testing

@Suite struct SymmetricEigenTests {
  @Test func knownValues() {
    let two = SymmetricEigen(Matrix(rows: 2, columns: 2, elements: [2, 1, 1, 2]))
    #expect(distance(two.values, [1, 3]) < 1e-15)
    // Equicorrelation ρ: 1 − ρ (n − 1 times) and 1 + (n − 1) ρ.
    var matrix = Matrix(rows: 5, columns: 5, repeating: 0.3)
    for i in 0..<5 { matrix[i, i] = 1 }
    #expect(distance(SymmetricEigen(matrix).values, [0.7, 0.7, 0.7, 0.7, 2.2]) < 1e-14)
    #expect(SymmetricEigen(Matrix(rows: 1, columns: 1, elements: [-4])).values == [-4])
    #expect(SymmetricEigen(Matrix(rows: 0, columns: 0)).values == [])
  }

  @Test func negativeEigenvaluesAreFound() {
    let matrix = Matrix(rows: 3, columns: 3, elements: [1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1])
    #expect(distance(SymmetricEigen(matrix).values, [-0.8, 1.9, 1.9]) < 1e-14)
  }

  @Test(arguments: [2, 3, 10, 40])
  func vectorsAreOrthonormalAndDiagonalise(n: Int) {
    let matrix = RandomProblem(count: n, seed: 3).covariance
    let eigen = SymmetricEigen(matrix)
    let largest = eigen.values[n - 1]
    #expect(eigen.values == eigen.values.sorted())
    for a in 0..<n {
      let v = eigen.vectors.column(a)
      for i in 0..<n {
        let product = (0..<n).reduce(0) { $0 + matrix[i, $1] * v[$1] }
        #expect((product - eigen.values[a] * v[i]).magnitude < 1e-14 * largest * Double(n))
      }
      for b in 0..<n {
        let dot = zip(v, eigen.vectors.column(b)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect((dot - (a == b ? 1 : 0)).magnitude < 1e-13)
      }
    }
  }
}
