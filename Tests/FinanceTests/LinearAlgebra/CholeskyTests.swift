import Autodiff
import Finance
import Testing

@Suite struct CholeskyTests {
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 13, 50])
  func factorReproducesTheMatrixAndSolvesSystems(n: Int) {
    let matrix = RandomProblem(count: n, seed: UInt64(n)).covariance
    var factor = matrix.elements
    #expect(Cholesky.factor(count: n, matrix: &factor) == nil)
    for i in 0..<n {
      for j in i..<n {
        let product = (0...i).reduce(0) { $0 + factor[$1 * n + i] * factor[$1 * n + j] }
        let scale = (matrix[i, i] * matrix[j, j]).squareRoot()
        #expect((product - matrix[i, j]).magnitude <= 1e-14 * scale)
      }
    }
    var generator = SplitMix64(seed: 7)
    let x = generator.normals(n)
    var b = (0..<n).map { i in (0..<n).reduce(0) { $0 + matrix[i, $1] * x[$1] } }
    Cholesky.solveTransposed(count: n, factor: factor, vector: &b)
    Cholesky.solve(count: n, factor: factor, vector: &b)
    #expect(distance(b, x) < 1e-11)
  }

  @Test(arguments: [0, 2, 5])
  func firstPivotThatIsNotPositiveIsNamed(bad: Int) throws {
    let n = 7
    var matrix = Matrix(rows: n, columns: n)
    for i in 0..<n { matrix[i, i] = i >= bad ? -2 : 1 }
    let failure = try #require(Cholesky.factor(count: n, matrix: &matrix.elements))
    #expect(failure.index == bad && failure.value == -2)
  }

  @Test func notANumberIsNoPivot() throws {
    var elements = [1, 0, 0, .nan]
    #expect(try #require(Cholesky.factor(count: 2, matrix: &elements)).index == 1)
  }
}
