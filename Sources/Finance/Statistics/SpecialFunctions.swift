#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Functions of probability theory that the C library lacks or computes with global state.
package enum SpecialFunctions {
  /// `ln Γ(x)` for x > 0, to about 1e-15 of max(1, |ln Γ|).
  ///
  /// The recurrence lifts x above 12, where Stirling's series with seven terms is exact to rounding.
  package static func logGamma(_ x: Double) -> Double {
    var (shifted, product) = (x, 1.0)
    while shifted < 12 {
      product *= shifted
      shifted += 1
    }
    let r = 1 / (shifted * shifted)
    let series =
      (1.0 / 12 - r
        * (1.0 / 360 - r
          * (1.0 / 1260 - r
            * (1.0 / 1680 - r
              * (1.0 / 1188
                - r * (691.0 / 360_360 - r / 156))))))
      / shifted
    return (shifted - 0.5) * log(shifted) - shifted + 0.5 * log(2 * Double.pi) + series
      - log(product)
  }

  /// `ψ(x) = d ln Γ(x) / dx` for x > 0.
  package static func digamma(_ x: Double) -> Double {
    var (shifted, sum) = (x, 0.0)
    while shifted < 12 {
      sum -= 1 / shifted
      shifted += 1
    }
    let r = 1 / (shifted * shifted)
    let series =
      r
      * (1.0 / 12 - r
        * (1.0 / 120 - r
          * (1.0 / 252 - r
            * (1.0 / 240 - r
              * (1.0 / 132
                - r * (691.0 / 32_760 - r / 12))))))
    return sum + log(shifted) - 0.5 / shifted - series
  }

  /// Φ(x), the distribution function of the standard normal, with small tails to full precision.
  package static func normalDistribution(_ x: Double) -> Double {
    0.5 * erfc(-x * 0.5.squareRoot())
  }

  /// φ(x), the density of the standard normal.
  package static func normalDensity(_ x: Double) -> Double {
    exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
  }

  /// Φ⁻¹(p): ∓∞ at 0 and 1, NaN outside.
  ///
  /// A rational start (Hastings' of four digits, Abramowitz & Stegun 26.2.23), then three steps of
  /// Halley's method on Φ, each of which triples the digits.
  package static func normalQuantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    // The lower tail, where Φ keeps its relative precision.
    let tail = min(p, 1 - p)
    let t = (-2 * log(tail)).squareRoot()
    var x =
      (2.515517 + t * (0.802853 + t * 0.010328))
      / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in 0..<3 {
      let density = normalDensity(x)
      guard density > 0 else { break }
      let u = (normalDistribution(x) - tail) / density
      x -= u / (1 + 0.5 * x * u)
    }
    return p <= 0.5 ? x : -x
  }

  /// The probability that |t| exceeds a value, t with Student's distribution.
  package static func studentTwoSided(_ t: Double, degreesOfFreedom: Double) -> Double {
    guard t.isFinite else { return t.isNaN ? .nan : 0 }
    return incompleteBeta(
      degreesOfFreedom / (degreesOfFreedom + t * t), a: degreesOfFreedom / 2, b: 0.5)
  }

  /// `I_x(a, b)`, the regularised incomplete beta function, for 0 ≤ x ≤ 1.
  ///
  /// Lentz's evaluation of the continued fraction (Abramowitz & Stegun 26.5.8), on the side of the
  /// mean where it converges fast.
  package static func incompleteBeta(_ x: Double, a: Double, b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, a: b, b: a) }
    let logFront =
      logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x) - log(a)
    let tiny = 1e-300
    var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
    d = 1 / (d.magnitude < tiny ? tiny : d)
    var fraction = d
    for m in 1...1000 {
      let k = Double(m)
      var factor = 1.0
      for numerator in [
        k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)),
        -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1)),
      ] {
        d = 1 + numerator * d
        d = 1 / (d.magnitude < tiny ? tiny : d)
        c = 1 + numerator / c
        c = c.magnitude < tiny ? tiny : c
        factor = c * d
        fraction *= factor
      }
      if (factor - 1).magnitude < 1e-16 { break }
    }
    return exp(logFront) * fraction
  }
}
