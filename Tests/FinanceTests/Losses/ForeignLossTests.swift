import Autodiff
import TestSupport
import Testing

/// `−√A · mean(x) / mean |x − mean(x)|`.
///
/// - Units: simple excess returns per period, A periods a year. Shapes: `[T]` → scalar.
/// - Source: Konno & Yamazaki (1991), *Mean-Absolute Deviation Portfolio Optimization Model*.
struct AbsoluteDeviationRatioLoss {
  let periodsPerYear: Double

  func callAsFunction(_ excess: Variable) -> Variable {
    let mean = excess.mean()
    return (mean / (excess - mean).abs().mean()).scaled(by: -Scalar(periodsPerYear.squareRoot()))
  }
}

/// The loss of Docs/Recipes/loss.md, composed with the public interface alone.
@Suite struct ForeignLossTests {
  private let loss = AbsoluteDeviationRatioLoss(periodsPerYear: 4)

  /// Mean .25, absolute deviations .75, .25, .25, .75.
  @Test func valueIsThatOfTheFormula() {
    let y = loss(Tape().constant(Tensor([1, 0.5, 0, -0.5])))
    #expect(abs(Double(y.item) + 2 * 0.25 / 0.5) < 1e-6)
  }

  @Test func gradientMatchesDifferences() {
    expectGradients(of: [Tensor([1, 0.5, 0, -0.5, 2.25, -1.5])]) { loss($0[0]) }
  }

  @Test func scaleDoesNotMatter() {
    let x: [Scalar] = [1, 0.5, 0, -0.5]
    let (one, three) = (Tensor(x), Tensor(x.map { 3 * $0 }))
    let tape = Tape()
    #expect(abs(loss(tape.constant(one)).item - loss(tape.constant(three)).item) < 1e-5)
  }
}
