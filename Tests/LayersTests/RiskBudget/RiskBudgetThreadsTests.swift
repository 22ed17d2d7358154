import Autodiff
import Finance
import Layers
import TestSupport
import Testing

/// The same bits whatever the number of threads.
@Suite struct RiskBudgetThreadsTests {
  private static let (dates, count) = (37, 6)

  /// `[D, N, N]`, well conditioned.
  private static let covariances: Tensor = {
    let (n, k) = (count, 3)
    let loadings = randomTensor(Shape(dates, n, k), seed: 2, scale: 0.4, shift: 0.5).elements
    return Tensor(
      converting: (0..<dates * n * n).map { index in
        let (d, i, j) = (index / (n * n), index / n % n, index % n)
        return (0..<k).reduce(i == j ? 1 : 0) {
          $0 + Double(loadings[(d * n + i) * k + $1]) * Double(loadings[(d * n + j) * k + $1])
        }
      }, shape: Shape(dates, n, n))
  }()

  private static let budgets = Tensor(
    converting: (0..<dates * count).map { 0.1 + 0.03 * Double($0 * 7 % 11) },
    shape: Shape(dates, count))

  /// Weights and gradients.
  private static func bits(
    _ inputs: [Tensor], threads: Int, _ layer: ([Variable]) throws -> Variable
  ) rethrows -> [Tensor] {
    let tape = Tape(threads: threads > 1 ? ThreadPool(threads: threads) : nil)
    let variables = inputs.map { tape.variable($0) }
    let output = try layer(variables)
    tape.backward(from: output, cotangent: randomTensor(output.shape, seed: 9))
    return [output.tensor] + variables.map { tape.gradient(of: $0) }
  }

  @Test(arguments: [2, 3, 8])
  func denseLayer(_ threads: Int) throws {
    let run = { (x: [Variable]) in try RiskBudget()(covariances: x[0], budgets: x[1]) }
    let inputs = [Self.covariances, Self.budgets]
    #expect(
      try Self.bits(inputs, threads: 1, run) == Self.bits(inputs, threads: threads, run))
  }

  @Test(arguments: [2, 3, 8])
  func factorLayer(_ threads: Int) throws {
    let (d, n, k) = (Self.dates, Self.count, 2)
    let inputs = [
      randomTensor(Shape(d, n, k), seed: 1, scale: 0.3, shift: 0.8),
      Tensor(
        converting: (0..<d * k * k).map { $0 % 4 == 0 || $0 % 4 == 3 ? 1 : 0.2 },
        shape: Shape(d, k, k)),
      Tensor(repeating: 0.5, shape: Shape(d, n)), Self.budgets,
    ]
    let run = { (x: [Variable]) in
      try FactorRiskBudget()(loadings: x[0], factors: x[1], idiosyncratic: x[2], budgets: x[3])
    }
    #expect(
      try Self.bits(inputs, threads: 1, run) == Self.bits(inputs, threads: threads, run))
  }

  @Test(arguments: [2, 3, 8])
  func constrainedLayer(_ threads: Int) throws {
    let constraints = WeightConstraints(
      count: Self.count, upper: [Double](repeating: 0.2, count: Self.count))
    let layer = ConstrainedRiskBudget(constraints: constraints)
    let run = { (x: [Variable]) in try layer(covariances: x[0], budgets: x[1]).weights }
    let inputs = [Self.covariances, Self.budgets]
    #expect(
      try Self.bits(inputs, threads: 1, run) == Self.bits(inputs, threads: threads, run))
  }

  /// The first date without a solution is named, whichever thread finds one first.
  @Test func theFirstFailureIsNamed() {
    var broken = Self.covariances
    for date in [33, 20, 36] { broken.elements[date * Self.count * Self.count] = -1 }
    let tape = Tape(threads: ThreadPool(threads: 3))
    let error = #expect(throws: DatedError.self) {
      try RiskBudget()(covariances: tape.variable(broken), budgets: tape.constant(Self.budgets))
    }
    #expect(error?.date == 20 && error?.underlying is RiskBudgetError)
  }
}
