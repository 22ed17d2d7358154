#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

extension VolatilityModel {
  /// Filters returns with given parameters.
  ///
  /// The first variance comes from these returns (all of them, for `sampleMean`), so its influence,
  /// which fades like βᵗ, is the only way in which an early variance knows of later returns: give
  /// `start`, the variance of the first return, where even that must not be.
  public func path(
    _ parameters: VolatilityParameters, returns: [Double], start: Double? = nil
  ) -> VolatilityPath {
    checkShapes(parameters, returns)
    check(start ?? 1 > 0, "VolatilityModel: start \(start ?? 0); expected a variance > 0")
    let p = parameters
    var state =
      start.map(state(ofVariance:))
      ?? VolatilityKernel(self, returns: returns).first(p.lanes).value
    var variances = [Double](repeating: 0, count: returns.count)
    var shocks = variances
    for (t, r) in returns.enumerated() {
      let h = variance(ofState: state)
      variances[t] = h
      shocks[t] = (r - p.mu) / h.squareRoot()
      state = next(p, state, shock: shocks[t])
    }
    return VolatilityPath(
      variances: variances, shocks: shocks, nextVariance: variance(ofState: state))
  }

  /// What the recursion carries: h, or ln h for EGARCH.
  func state(ofVariance h: Double) -> Double { dynamics == .egarch ? log(h) : h }

  /// h of what the recursion carries.
  func variance(ofState state: Double) -> Double { dynamics == .egarch ? exp(state) : state }

  /// One step of the recursion.
  @inline(__always)
  func next(_ p: VolatilityParameters, _ state: Double, shock z: Double) -> Double {
    guard dynamics == .egarch else {
      return p.omega + (z < 0 ? p.alpha + p.gamma : p.alpha) * z * z * state + p.beta * state
    }
    return p.omega + p.alpha * (z.magnitude - VolatilityKernel.meanAbsolute) + p.gamma * z
      + p.beta * state
  }

  /// P, the part of a variance's deviation from its long-run level that survives a step: α + γ/2 + β,
  /// for EGARCH β (of the logarithm).
  public func persistence(_ parameters: VolatilityParameters) -> Double {
    dynamics == .egarch
      ? parameters.beta : parameters.alpha + 0.5 * parameters.gamma + parameters.beta
  }

  /// The long-run variance `ω / (1 − P)`; for EGARCH `exp` of the long-run logarithm.
  ///
  /// Infinite where the persistence is 1 or more.
  public func longRunVariance(_ parameters: VolatilityParameters) -> Double {
    let rest = 1 - persistence(parameters)
    guard rest > 0 else { return .infinity }
    guard dynamics == .egarch else { return parameters.omega / rest }
    return exp((parameters.omega + parameters.alpha * newsMean(parameters)) / rest)
  }

  /// `E|z| − √(2/π)`: zero for normal shocks only, since EGARCH subtracts the normal's mean.
  private func newsMean(_ p: VolatilityParameters) -> Double {
    guard distribution == .studentT else { return 0 }
    let nu = p.degreesOfFreedom
    let ratio = exp(
      SpecialFunctions.logGamma((nu + 1) / 2) - SpecialFunctions.logGamma(nu / 2))
    return 2 * ((nu - 2) / Double.pi).squareRoot() * ratio / (nu - 1)
      - VolatilityKernel.meanAbsolute
  }

  /// The expected variances of the next 1, 2, …, `horizon` returns.
  ///
  /// GARCH and GJR: `E h₁₊ₖ = ω + P E hₖ`. EGARCH with normal shocks: the exact expectation, a product
  /// of `E exp(βʲ(α(|z| − √(2/π)) + γz))`, which is made of normal distribution functions. EGARCH with
  /// Student's t has no finite expected variance beyond one step (`E e^{|z|} = ∞`): the forecast is
  /// then `exp(E ln h)`, the geometric mean.
  ///
  /// - Source: Nelson (1991), theorem A1.2.
  public func forecast(
    _ parameters: VolatilityParameters, returns: [Double], horizon: Int
  ) -> [Double] {
    check(horizon >= 1, "VolatilityModel: horizon \(horizon); expected at least 1")
    let p = parameters
    var forecast = path(p, returns: returns).nextVariance
    var result = [forecast]
    guard dynamics == .egarch else {
      let persistence = persistence(p)
      for _ in 1..<max(horizon, 1) {
        forecast = p.omega + persistence * forecast
        result.append(forecast)
      }
      return result
    }
    // ln h₁₊ₖ = Σ_{j<k} βʲ(ω + news) + βᵏ ln h₁.
    let start = log(forecast)
    let newsMean = newsMean(p)
    var (power, level, growth) = (1.0, 0.0, 0.0)
    for _ in 1..<max(horizon, 1) {
      level += power * p.omega
      growth +=
        distribution == .studentT
        ? power * p.alpha * newsMean : Self.logMeanExponential(power, p.alpha, p.gamma)
      power *= p.beta
      result.append(exp(level + growth + power * start))
    }
    return result
  }

  /// `ln E exp(b(α(|z| − √(2/π)) + γz))` for a standard normal z.
  private static func logMeanExponential(_ b: Double, _ alpha: Double, _ gamma: Double) -> Double {
    let (up, down) = (b * (alpha + gamma), b * (alpha - gamma))
    return log(
      SpecialFunctions.normalDistribution(up) * exp(0.5 * up * up)
        + SpecialFunctions.normalDistribution(down) * exp(0.5 * down * down))
      - b * alpha * VolatilityKernel.meanAbsolute
  }
}
