import Autodiff
import Finance
import TestSupport
import Testing

@Suite struct BudgetDivergenceTests {
  private let divergence = BudgetDivergence(prior: [0.25, 0.25, 0.5])

  @Test func vanishesAtThePriorOnly() {
    let tape = Tape()
    #expect(divergence(tape.constant(Tensor([0.25, 0.25, 0.5], shape: [1, 3]))).item == 0)
    #expect(divergence(tape.constant(Tensor([0.5, 0.25, 0.25], shape: [1, 3]))).item > 0)
  }

  /// ½ ln 2 + ¼ ln 1 + ¼ ln ½ = ¼ ln 2, and the mean over two dates of it and ln 4.
  @Test func hasItsHandComputedValue() {
    let budgets = Tensor([0.5, 0.25, 0.25, 1, 0, 0], shape: [2, 3])
    let value = Double(divergence(Tape().constant(budgets)).item)
    let expected = (0.25 * 0.6931471805599453 + 1.3862943611198906) / 2
    #expect(abs(value - expected) < (MemoryLayout<Scalar>.size == 8 ? 1e-15 : 1e-6))
  }

  /// A budget of zero has no part in it, nor a gradient.
  @Test func excludedAssetsHaveNoGradient() {
    let tape = Tape()
    let budgets = tape.variable(Tensor([0.4, 0, 0.6, 0, 0, 1], shape: [2, 3]))
    tape.backward(from: divergence(budgets))
    let gradient = tape.gradient(of: budgets).elements
    #expect(gradient[1] == 0 && gradient[3] == 0 && gradient[4] == 0)
    #expect(abs(Double(gradient[5]) - (0.6931471805599453 + 1) / 2) < 4 * Double(Scalar.ulpOfOne))
  }

  @Test func gradientMatchesDifferences() {
    expectGradients(of: [Tensor([0.2, 0.3, 0.5, 0.6, 0.1, 0.3], shape: [2, 3])]) {
      divergence($0[0])
    }
  }
}
