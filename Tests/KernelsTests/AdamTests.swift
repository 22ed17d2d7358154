import KernelInterface
import Kernels
import Testing

@Suite struct AdamTests {
  private static func values(_ count: Int, _ seed: Double) -> [Element] {
    (0..<count).map { Element(((Double($0) + 1) * seed).truncatingRemainder(dividingBy: 2) - 1) }
  }

  /// The plain loop, in every instruction set, for whole blocks and every rest.
  @Test(arguments: InstructionSet.available) func stepsAreThoseOfThePlainLoop(
    _ instructionSet: InstructionSet
  ) {
    let step = AdamStep(
      decay1: 0.9, decay2: 0.999, correction1: 1.7, correction2: 12, epsilon: 1e-8, factor: 0.5)
    for count in 0...37 {
      let (g, rates, decays) = (
        Self.values(count, 0.7), Self.values(count, 0.31).map { abs($0) },
        Self.values(count, 0.11).map { abs($0) }
      )
      var (mean, square, x) = (
        Self.values(count, 1.3), Self.values(count, 1.9).map { abs($0) }, Self.values(count, 0.57)
      )
      let (mean0, square0, x0) = (mean, square, x)
      kernels(for: instructionSet).adam(
        count, step, gradient: g, rates: rates, decays: decays, mean: &mean, square: &square,
        into: &x)
      for i in 0..<count {
        let m = 0.9 * mean0[i] + (1 - Element(0.9)) * g[i]
        let v = 0.999 * square0[i] + (1 - Element(0.999)) * g[i] * g[i]
        let direction = m * 1.7 / ((v * 12).squareRoot() + 1e-8)
        let expected = x0[i] - 0.5 * rates[i] * (direction + decays[i] * x0[i])
        #expect(mean[i] == m && square[i] == v && x[i] == expected, "\(count), \(i)")
      }
    }
  }
}
