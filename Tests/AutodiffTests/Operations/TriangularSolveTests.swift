import Autodiff
import TestSupport
import Testing

/// Solves by elimination after filling in the triangle (or its transpose) explicitly.
private func plainSolve(
  _ t: ArraySlice<Double>, _ b: ArraySlice<Double>, _ n: Int, lower: Bool, transposed: Bool
) -> [Double] {
  let (t, b) = (Array(t), Array(b))
  let m = b.count / n
  func element(_ i: Int, _ j: Int) -> Double {
    let (row, column) = transposed ? (j, i) : (i, j)
    return (lower ? column <= row : column >= row) ? t[row * n + column] : 0
  }
  var x = b
  let forwards = lower != transposed
  for i in forwards ? Array(0..<n) : (0..<n).reversed() {
    for c in 0..<m {
      var sum = b[i * m + c]
      for k in 0..<n where k != i { sum -= element(i, k) * (element(i, k) == 0 ? 0 : x[k * m + c]) }
      x[i * m + c] = sum / element(i, i)
    }
  }
  return x
}

extension OperationCase {
  @CaseTable static var triangularSolve: [OperationCase] {
    for (lower, transposed) in [(true, false), (true, true), (false, false), (false, true)] {
      OperationCase(
        "solveTriangular \(lower ? "lower" : "upper")\(transposed ? ", transposed" : "")",
        [dominant([2, 3, 3], 1), normal([2, 3, 2], 2)],
        expected: { x in
          zip(pieces(x[0], 9), pieces(x[1], 6)).flatMap {
            plainSolve($0, $1, 3, lower: lower, transposed: transposed)
          }
        }
      ) { try solveTriangular($0[0], $0[1], lower: lower, transposed: transposed) }
    }
    OperationCase(
      "one triangle, many right-hand sides", [dominant([4, 4], 3), normal([3, 4, 1], 4)],
      expected: { x in
        pieces(x[1], 4).flatMap {
          plainSolve(x[0][...], $0, 4, lower: true, transposed: false)
        }
      }
    ) { try solveTriangular($0[0], $0[1]) }
    OperationCase(
      "many triangles, one right-hand side", [dominant([3, 2, 2], 5), normal([2, 5], 6)],
      expected: { x in
        pieces(x[0], 4).flatMap {
          plainSolve($0, x[1][...], 2, lower: true, transposed: true)
        }
      }
    ) { try solveTriangular($0[0], $0[1], transposed: true) }
    OperationCase("solveTriangular (aliased)", [dominant([3, 3], 7)]) {
      try solveTriangular($0[0], $0[0])
    }
    OperationCase(
      "solveTriangular of one element", [dominant([1, 1], 8), normal([1, 1], 9)],
      expected: { [$0[1][0] / $0[0][0]] }
    ) { try solveTriangular($0[0], $0[1], lower: false) }
    OperationCase("no systems", [empty([0, 2, 2]), empty([0, 2, 1])], expected: { _ in [] }) {
      try solveTriangular($0[0], $0[1])
    }
    OperationCase("no columns", [dominant([2, 2], 10), empty([2, 0])], expected: { _ in [] }) {
      try solveTriangular($0[0], $0[1])
    }
  }
}

@Suite struct TriangularSolveTests {
  @Test func twoSolvesInvertASymmetricMatrix() throws {
    let tape = Tape()
    let a = tape.constant(dominant([5, 5], 1))
    let symmetric = (a + a.transposed()) / 2
    let b = tape.constant(normal([5, 3], 2))
    let l = try choleskyFactor(symmetric)
    let x = try solveTriangular(l, solveTriangular(l, b), transposed: true)
    for (product, right) in zip(matmul(symmetric, x).tensor.elements, b.tensor.elements) {
      #expect((product - right).magnitude <= 100 * Scalar.ulpOfOne)
    }
  }

  @Test func aSingularTriangleIsNamed() {
    let tape = Tape()
    let t = tape.constant(Tensor([1, 0, 0, 1, 1, 0, 5, 0], shape: [2, 2, 2]))
    let b = tape.constant(Tensor([1, 1], shape: [2, 1]))
    do {
      _ = try solveTriangular(t, b)
      Issue.record("accepted")
    } catch {
      #expect(
        error
          == .singularTriangle(operation: "solveTriangular", batch: 1, row: 1, value: 0))
      #expect(
        error.description == "solveTriangular: triangle 1 of the batch is singular: diagonal "
          + "element 1 is 0.0. Keep the diagonal away from zero, as by a softplus.")
    }
  }
}
