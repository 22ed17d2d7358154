import Autodiff
import TestSupport
import Testing

/// Every operation in every case, one table crossed with another: what the tables of the families leave
/// out, and what a new operation must pass with one line.
@Suite struct OperationMatrixTests {
  typealias Function = @Sendable (Variable) -> Variable
  typealias Pair = @Sendable (Variable, Variable) -> Variable

  struct Row<Body: Sendable>: CustomTestStringConvertible, Sendable {
    let name: String
    let body: Body
    var testDescription: String { name }
    init(_ name: String, _ body: Body) { (self.name, self.body) = (name, body) }
  }

  // MARK: Operations

  /// Defined for positive numbers; kinks are off the odd tenths that inputs are.
  static let elementwise: [Row<Function>] = [
    Row("relu") { ($0 - 1).relu() }, Row("elu") { ($0 - 1).elu() },
    Row("softplus") { $0.softplus() }, Row("abs") { ($0 - 1).abs() },
    Row("clipped") { $0.clipped(to: 0.6...1.2) }, Row("exp") { $0.exp() },
    Row("log") { $0.log() }, Row("tanh") { $0.tanh() }, Row("sigmoid") { $0.sigmoid() },
    Row("leakyReLU") { ($0 - 1).leakyReLU() }, Row("squared") { $0.squared() },
    Row("scaled") { $0.scaled(by: -1.5) }, Row("negation") { -$0 },
    Row("raised") { $0.raised(to: 1.7) }, Row("sqrt") { $0.sqrt() },
    Row("expm1") { $0.expm1() }, Row("log1p") { $0.log1p() }, Row("x + 2") { $0 + 2 },
    Row("2 + x") { 2 + $0 }, Row("x - 2") { $0 - 2 }, Row("2 - x") { 2 - $0 },
    Row("x * 2") { $0 * 2 }, Row("2 * x") { 2 * $0 }, Row("x / 2") { $0 / 2 },
    Row("2 / x") { 2 / $0 },
  ]

  static let binary: [Row<Pair>] = [
    Row("+") { $0 + $1 }, Row("-") { $0 - $1 }, Row("*") { $0 * $1 }, Row("/") { $0 / $1 },
    Row("maximum") { maximum($0, $1 + 0.07) }, Row("minimum") { minimum($0, $1 + 0.07) },
    Row("raised to a variable") { $0.raised(to: $1) },
    Row("select") { select($0 .> $1 + 0.07, $0 * 2, $1) },
  ]

  /// Along an axis; the result keeps it, of whatever extent.
  static let alongAnAxis: [Row<@Sendable (Variable, Int) -> Variable>] = [
    Row("sum") { $0.sum(axis: $1, keepingAxis: true) },
    Row("mean") { $0.mean(axis: $1, keepingAxis: true) },
    Row("variance") { $0.variance(axis: $1, keepingAxis: true) },
    Row("maximum") { $0.maximum(axis: $1, keepingAxis: true) },
    Row("minimum") { $0.minimum(axis: $1, keepingAxis: true) },
    Row("norm") { $0.norm(axis: $1, keepingAxis: true) },
    Row("l1 norm") { $0.norm(.l1, axis: $1, keepingAxis: true) },
    Row("logSumExp") { $0.logSumExp(axis: $1, keepingAxis: true) },
    Row("quantile") { $0.quantile(0.4, axis: $1, keepingAxis: true) },
    Row("sorted") { $0.sorted(axis: $1) },
    Row("cumulativeSum") { $0.cumulativeSum(axis: $1) },
    Row("cumulativeMaximum") { $0.cumulativeMaximum(axis: $1) },
    Row("softmax") { onLast($0, $1) { $0.softmax() } },
    Row("logSoftmax") { onLast($0, $1) { $0.logSoftmax() } },
    // Off the changes of the support, which the regular inputs would hit.
    Row("sparsemax") { onLast($0.squared(), $1) { $0.sparsemax() } },
    Row("entmax15") { onLast($0, $1) { $0.entmax15() } },
    Row("gathered") { x, axis in
      x.gathered(x.shape[axis] == 0 ? [] : [0, x.shape[axis] - 1], axis: axis)
    },
    Row("scatterAdded") { x, axis in
      x.scatterAdded((0..<x.shape[axis]).map { $0 / 2 }, count: x.shape[axis], axis: axis)
    },
    Row("slice") { x, axis in x.slice(0..<(x.shape[axis] + 1) / 2, axis: axis) },
    Row("split and joined") { x, axis in
      let half = x.shape[axis] / 2
      return concatenate(
        x.split(into: [half, x.shape[axis] - half], axis: axis).reversed(), axis: axis)
    },
    Row("stacked") { x, axis in stack([x, x.squared()], axis: axis).sum(axis: axis) },
    Row("layerNorm") { x, axis in
      onLast(x, axis) { y in
        let n = y.shape[y.shape.rank - 1]
        return layerNorm(
          y, gain: y.tape.constant(Tensor(repeating: 1.5, shape: Shape(n))),
          bias: y.tape.constant(Tensor(repeating: 0.5, shape: Shape(n))))
      }
    },
  ]

  /// An operation of rows along any axis.
  private static func onLast(
    _ x: Variable, _ axis: Int, _ function: (Variable) -> Variable
  ) -> Variable {
    var order = Array(0..<x.shape.rank)
    order.swapAt(axis, x.shape.rank - 1)
    return function(x.permuted(order)).permuted(order)
  }

  // MARK: Inputs

  /// Distinct odd multiples of a tenth, from 0.3 up, in random order.
  private static func input(_ shape: Shape, _ seed: UInt64 = 1) -> Tensor {
    var numbers = (0..<shape.count).map { 0.3 + 0.2 * Double($0) / Double(1 + shape.count / 12) }
    var generator = SplitMix64(seed: seed)
    numbers.shuffle(using: &generator)
    return Tensor(converting: numbers, shape: shape)
  }

  /// Differences, and no gradient for no cotangent.
  private func expectDerivatives(
    _ inputs: [Tensor], _ comment: String, _ function: ([Variable]) -> Variable
  ) {
    expectGradients(of: inputs, comment, function: function)
    let tape = Tape()
    let variables = inputs.map { tape.variable($0) }
    let output = function(variables)
    tape.backward(from: output, cotangent: Tensor(repeating: 0, shape: output.shape))
    for variable in variables {
      #expect(tape.gradient(of: variable).elements.allSatisfy { $0 == 0 }, "\(comment)")
    }
  }

  // MARK: The crossings

  @Test(arguments: elementwise)
  func elementwiseOperations(_ row: Row<Function>) {
    for shape in [Shape(), [1], [2, 3], [0, 3], [1, 1, 1], [7, 5]] as [Shape] {
      let x = Self.input(shape)
      expectDerivatives([x], "\(row.name) of \(shape)") { row.body($0[0]) }
      // Each element by itself gives the same, whatever vector it was part of.
      let tape = Tape()
      let whole = row.body(tape.constant(x))
      #expect(whole.shape == shape)
      for (value, element) in zip(whole.tensor.elements, x.elements) {
        let own = row.body(tape.constant(Tensor([element]))).item
        #expect((value - own).magnitude <= 4 * Scalar.ulpOfOne * max(1, own.magnitude))
      }
    }
    let x = Self.input([3, 2])
    expectDerivatives([x], "\(row.name), aliased") { row.body($0[0]) * $0[0] + row.body($0[0]) }
  }

  @Test(arguments: binary)
  func binaryOperations(_ row: Row<Pair>) {
    let shapes: [(Shape, Shape)] = [
      ([2, 3], [2, 3]), ([2, 3], [3]), ([2, 3], [2, 1]), ([3], [2, 3]), (Shape(), [2, 2]),
      ([2, 2], Shape()), ([1], [1]), ([2, 1, 3], [4, 1]), ([0, 3], [3]), ([2, 0], [2, 0]),
    ]
    for (left, right) in shapes {
      let (x, y) = (Self.input(left, 2), Self.input(right, 3))
      expectDerivatives([x, y], "\(left) \(row.name) \(right)") { row.body($0[0], $0[1]) }
      let tape = Tape()
      let value = row.body(tape.constant(x), tape.constant(y))
      let (wideX, wideY) = (
        tape.constant(x).broadcast(to: value.shape), tape.constant(y).broadcast(to: value.shape)
      )
      #expect(row.body(wideX, wideY).tensor == value.tensor)
    }
    expectDerivatives([Self.input([4], 5)], "\(row.name), aliased") { row.body($0[0], $0[0]) }
  }

  @Test(arguments: alongAnAxis)
  func operationsAlongAnAxis(_ row: Row<@Sendable (Variable, Int) -> Variable>) {
    for shape in [[2, 3, 4], [5, 1], [1, 1], [3]] as [Shape] {
      for axis in 0..<shape.rank {
        let x = Self.input(shape, 4)
        expectDerivatives([x], "\(row.name), axis \(axis) of \(shape)") { row.body($0[0], axis) }
        let tape = Tape()
        let whole = row.body(tape.constant(x), axis)
        for other in 0..<shape.rank where other != axis {
          // Slices of another axis are on their own.
          for position in 0..<shape[other] {
            let part = tape.constant(x).slice(position..<position + 1, axis: other)
            let own = row.body(part, axis).tensor.elements
            let seen = whole.slice(position..<position + 1, axis: other).tensor.elements
            #expect(own.count == seen.count)
            for (a, b) in zip(own, seen) {
              #expect((a - b).magnitude <= 8 * Scalar.ulpOfOne * max(1, b.magnitude))
            }
          }
        }
      }
    }
    // No lanes.
    expectDerivatives([Tensor([], shape: [0, 3])], "\(row.name) of no lanes") {
      row.body($0[0], 1)
    }
    expectDerivatives([Self.input([3, 3], 6)], "\(row.name), aliased") {
      row.body($0[0], 1).sum(axis: 1, keepingAxis: true) * $0[0]
    }
  }

  /// Negative control: a wrong derivative in one case of one operation is seen.
  @Test func aWrongDerivativeIsCaught() {
    withKnownIssue {
      expectDerivatives([Self.input([2, 3])], "wrong") { x in
        // The second factor's derivative is missing.
        x[0] * x[0].tape.constant(x[0].tensor)
      }
    }
  }
}
