import Autodiff
import TestSupport
import Testing

/// One row of the tables that every operation must pass: inputs, the operation, and what it gives by
/// plain arithmetic in double precision.
///
/// Each family's table stands in its own file, as `OperationCase.powers` in PowersTests.swift.
struct OperationCase: CustomTestStringConvertible, Sendable {
  var name: String
  var inputs: [Tensor]
  /// The elements of the output from the elements of the inputs.
  var expected: (@Sendable ([[Double]]) -> [Double])?
  var function: @Sendable ([Variable]) throws -> Variable
  var testDescription: String { name }

  init(
    _ name: String, _ inputs: [Tensor], expected: (@Sendable ([[Double]]) -> [Double])? = nil,
    _ function: @escaping @Sendable ([Variable]) throws -> Variable
  ) {
    self.name = name
    self.inputs = inputs
    self.expected = expected
    self.function = function
  }

  static let all: [OperationCase] = [
    arithmetic, elementwise, powers, activations, comparison, matrixProducts, shaping, axes,
    slicing, gathering, concatenation, cumulative, sorting, reductions, extremes, norms, softmax,
    entmax, factorization, triangularSolve, dropout, layerNorm,
  ].flatMap { $0 }
}

/// Makes a table of cases one after the other, so that the compiler checks each by itself.
@resultBuilder enum CaseTable {
  static func buildExpression(_ row: OperationCase) -> [OperationCase] { [row] }
  static func buildBlock(_ rows: [OperationCase]...) -> [OperationCase] { rows.flatMap { $0 } }
  static func buildArray(_ rows: [[OperationCase]]) -> [OperationCase] { rows.flatMap { $0 } }
}

// MARK: Inputs

/// Independent normal numbers.
func normal(_ shape: Shape, _ seed: UInt64, scale: Double = 1, shift: Double = 0) -> Tensor {
  randomTensor(shape, seed: seed, scale: scale, shift: shift)
}

/// Numbers above ½.
func positive(_ shape: Shape, _ seed: UInt64) -> Tensor {
  Tensor(randomTensor(shape, seed: seed).elements.map { abs($0) + 0.5 }, shape: shape)
}

/// Numbers of both signs that are far from each other and from 0, for operations with kinks: odd
/// multiples of 0.2 in random order.
func distinct(_ shape: Shape, _ seed: UInt64) -> Tensor {
  let count = shape.count
  var numbers = (0..<count).map { 0.4 * (Double($0) - Double(count / 2)) + 0.2 }
  var generator = SplitMix64(seed: seed)
  numbers.shuffle(using: &generator)
  return Tensor(converting: numbers, shape: shape)
}

/// Square matrices with a dominant diagonal; their symmetric part is positive definite.
func dominant(_ shape: Shape, _ seed: UInt64) -> Tensor {
  var tensor = randomTensor(shape, seed: seed, scale: 0.7)
  let n = shape[shape.rank - 1]
  for k in 0..<shape.count where k % (n * n) / n == k % n { tensor.elements[k] += 4 }
  return tensor
}

/// No elements.
func empty(_ shape: Shape) -> Tensor { Tensor([], shape: shape) }

// MARK: Plain arithmetic

/// Applies a function to every lane along an axis; lanes may change their length.
func alongAxis(
  _ axis: Int, of shape: [Int], _ x: [Double], _ function: ([Double]) -> [Double]
) -> [Double] {
  let outer = shape[..<axis].reduce(1, *)
  let inner = shape[(axis + 1)...].reduce(1, *)
  let extent = shape[axis]
  var result: [Double] = []
  for o in 0..<outer {
    let lanes = (0..<inner).map { i in
      function((0..<extent).map { t in x[(o * extent + t) * inner + i] })
    }
    for t in 0..<(lanes.first?.count ?? 0) { result += lanes.map { $0[t] } }
  }
  return result
}

/// `x[i, j]` and `y` combined where y is a row `[columns]`.
func withRow(_ x: [Double], _ y: [Double], _ function: (Double, Double) -> Double) -> [Double] {
  x.indices.map { function(x[$0], y[$0 % y.count]) }
}

/// The product of an `[n, k]` and a `[k, m]` matrix.
func product(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>, _ k: Int, _ m: Int) -> [Double] {
  let (a, b) = (Array(a), Array(b))
  return (0..<(a.count / max(k, 1))).flatMap { i in
    (0..<m).map { j in (0..<k).reduce(0) { $0 + a[i * k + $1] * b[$1 * m + j] } }
  }
}

/// Consecutive pieces of equal length.
func pieces(_ x: [Double], _ length: Int) -> [ArraySlice<Double>] {
  stride(from: 0, to: x.count, by: length).map { x[$0..<$0 + length] }
}
