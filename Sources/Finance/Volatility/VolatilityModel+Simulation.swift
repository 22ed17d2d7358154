#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
public import Autodiff

extension VolatilityModel {
  /// Draws a path of returns.
  ///
  /// The recursion starts at the long-run variance, or at `start`, the variance of the first return;
  /// `burnIn` returns are drawn and dropped before. Where there is neither (an integrated model), it
  /// starts at ω.
  public func simulate(
    _ parameters: VolatilityParameters, count: Int, burnIn: Int = 500, start: Double? = nil,
    generator: inout SplitMix64
  ) -> [Double] {
    check(count >= 0 && burnIn >= 0, "VolatilityModel: \(count) returns after \(burnIn)")
    let longRun = longRunVariance(parameters)
    let first = start ?? (longRun.isFinite ? longRun : parameters.omega)
    var state = state(ofVariance: first)
    var result: [Double] = []
    result.reserveCapacity(count)
    let total = burnIn + count
    var drawn = 0
    while drawn < total {
      let pair = shockPair(parameters, &generator)
      for z in [pair.0, pair.1] where drawn < total {
        let volatility = variance(ofState: state).squareRoot()
        if drawn >= burnIn { result.append(parameters.mu + volatility * z) }
        state = next(parameters, state, shock: z)
        drawn += 1
      }
    }
    return result
  }

  /// Two shocks of mean 0 and variance 1.
  ///
  /// Student's t by the polar form `√(ν(u^{−2/ν} − 1)) cos 2πv` (Bailey 1994, *Polar Generation of
  /// Random Variates with the t-Distribution*), which for ν → ∞ is Box–Muller's; its sine twin is not
  /// independent of it, so that a pair takes two radii.
  private func shockPair(
    _ parameters: VolatilityParameters, _ generator: inout SplitMix64
  ) -> (Double, Double) {
    guard distribution == .studentT else { return generator.normalPair() }
    let nu = parameters.degreesOfFreedom
    func draw() -> Double {
      let radius = ((nu - 2) * expm1(-2 / nu * log(generator.uniform()))).squareRoot()
      return radius * cos(2 * Double.pi * generator.uniform())
    }
    let first = draw()
    return (first, draw())
  }
}
