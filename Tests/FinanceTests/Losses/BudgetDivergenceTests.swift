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

  /// Of two assets the prior ¼ : ½ is ⅓ : ⅔; the third has no part in it.
  @Test func thePriorIsOfTheAssetsInTheUniverse() {
    let availability = Availability(flags: [true, false, true, true, true, true], assets: 3)
    let tape = Tape()
    let exact = Tensor([1 / 3, 0, 2 / 3, 0.25, 0.25, 0.5], shape: [2, 3])
    let value = divergence(tape.constant(exact), among: availability).item
    #expect(abs(Double(value)) < 4 * Double(Scalar.ulpOfOne))
    #expect(divergence(tape.constant(exact)).item > 0.1)
    let budgets = tape.variable(Tensor([0.4, 0, 0.6, 0.2, 0.3, 0.5], shape: [2, 3]))
    tape.backward(from: divergence(budgets, among: availability))
    #expect(tape.gradient(of: budgets).elements[1] == 0)
    expectGradients(of: [Tensor([0.4, 0.6, 0.2, 0.3, 0.5], shape: [5])]) { inputs in
      let b = inputs[0]
      let zero = b.tape.constant(Tensor(repeating: 0, shape: [1]))
      let all = concatenate([b.slice(0..<1), zero, b.slice(1..<5)])
      return divergence(all.reshaped(to: [2, 3]), among: availability)
    }
  }
}
