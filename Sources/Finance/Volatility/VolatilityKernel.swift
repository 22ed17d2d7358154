#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The likelihood recursion of every volatility model, with its exact score by forward sensitivity.
///
/// Beside the variance h runs its gradient D = ∂h/∂(μ, ω, α, γ, β), all in one vector register:
/// `D ← (∂ of the recursion) + β D`. The score of an observation is `∂ℓ/∂h · D`, and ∂ℓ/∂ε adds −1
/// times itself to μ. Exact, one pass, nothing stored: an evaluation with gradient costs two to three
/// times one without.
struct VolatilityKernel {
  typealias Lanes = SIMD8<Double>
  static let names = ["mu", "omega", "alpha", "gamma", "beta", "nu"]
  /// `E|z|` of a standard normal.
  static let meanAbsolute = (2 / Double.pi).squareRoot()

  let model: VolatilityModel
  let returns: [Double]
  private let mean: Double
  /// The mean square about `mean`.
  private let variance: Double
  private let backcast: Double

  init(_ model: VolatilityModel, returns: [Double]) {
    self.model = model
    self.returns = returns
    var sum = 0.0
    for r in returns { sum += r }
    mean = sum / Double(returns.count)
    var squares = 0.0
    for r in returns { squares += (r - mean) * (r - mean) }
    variance = squares / Double(returns.count)
    let centre = model.mean == .constant ? mean : 0
    var (weight, total, weighted) = (1.0, 0.0, 0.0)
    for r in returns.prefix(75) {
      weighted += weight * (r - centre) * (r - centre)
      total += weight
      weight *= 0.94
    }
    backcast = weighted / total
  }

  /// The first variance, for EGARCH its logarithm, and its gradient.
  func first(_ p: Lanes) -> (value: Double, gradient: Lanes) {
    switch (model.firstVariance, model.dynamics) {
    case (.sampleMean, let dynamics):
      let gap = mean - p[0]
      let value = variance + gap * gap
      // A zero mean is no parameter, and its lane is not read.
      if dynamics == .egarch {
        return (log(value), Lanes(-2 * gap / value, 0, 0, 0, 0, 0, 0, 0))
      }
      return (value, Lanes(-2 * gap, 0, 0, 0, 0, 0, 0, 0))
    case (.backcast, .egarch):
      let start = log(backcast)
      return (p[1] + p[4] * start, Lanes(0, 1, 0, 0, start, 0, 0, 0))
    case (.backcast, _):
      let value = p[1] + (p[2] + 0.5 * p[3] + p[4]) * backcast
      return (value, Lanes(0, 1, backcast, 0.5 * backcast, backcast, 0, 0, 0))
    }
  }

  /// What the log-likelihood has of ν alone, and its derivative, per observation.
  private func constants(_ nu: Double) -> (value: Double, slope: Double) {
    guard model.distribution == .studentT else { return (-0.5 * log(2 * Double.pi), 0) }
    let value =
      SpecialFunctions.logGamma((nu + 1) / 2) - SpecialFunctions.logGamma(nu / 2)
      - 0.5 * log(Double.pi * (nu - 2))
    let slope =
      0.5
      * (SpecialFunctions.digamma((nu + 1) / 2) - SpecialFunctions.digamma(nu / 2)
        - 1 / (nu - 2))
    return (value, slope)
  }

  /// The log-likelihood; writes its gradient, and adds to `outer` (six rows) the sum of the outer
  /// products of the scores.
  ///
  /// −∞, with a gradient of no meaning, where a variance leaves the range of numbers.
  func evaluate(
    _ p: Lanes, gradient: inout Lanes, outer: UnsafeMutablePointer<Lanes>? = nil
  ) -> Double {
    returns.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return 0 }
      return model.dynamics == .egarch
        ? evaluateLogarithmic(p, x, &gradient, outer) : evaluateQuadratic(p, x, &gradient, outer)
    }
  }

  /// GARCH and GJR.
  private func evaluateQuadratic(
    _ p: Lanes, _ x: UnsafePointer<Double>, _ gradient: inout Lanes,
    _ outer: UnsafeMutablePointer<Lanes>?
  ) -> Double {
    let (mu, omega, alpha, beta) = (p[0], p[1], p[2], p[4])
    let (alphaDown, nu) = (p[2] + p[3], p[5])
    let student = model.distribution == .studentT
    let (constant, slope) = constants(nu)
    var (h, d) = first(p)
    var total = Lanes()
    var (sum, squares, logs, product) = (0.0, 0.0, 0.0, 1.0)
    let count = returns.count
    for t in 0..<count {
      let e = x[t] - mu
      let square = e * e
      let inverse = 1 / h
      let z2 = square * inverse
      // One logarithm for eight variances; the data have unit variance, so no product leaves the
      // range of numbers.
      product *= h
      if t & 7 == 7 {
        logs += log(product)
        product = 1
      }
      var weight = 1.0
      var score: Lanes
      if student {
        let q = 1 + z2 / (nu - 2)
        weight = (nu + 1) / ((nu - 2) * q)
        let tail = log(q)
        sum -= 0.5 * (nu + 1) * tail
        score = d * (0.5 * (weight * z2 - 1) * inverse)
        score[5] = slope - 0.5 * tail + 0.5 * weight * z2 / (nu - 2)
      } else {
        squares += z2
        score = d * (0.5 * (z2 - 1) * inverse)
      }
      score[0] += weight * e * inverse
      total += score
      if let outer {
        for i in 0..<6 { outer[i] += score * score[i] }
      }
      let down = e < 0
      let shock = down ? alphaDown : alpha
      d = Lanes(-2 * shock * e, 1, square, down ? square : 0, h, 0, 0, 0) + d * beta
      h = omega + shock * square + beta * h
    }
    logs += log(product)
    gradient = total
    let value = Double(count) * constant + sum - 0.5 * (logs + squares)
    return value.isFinite ? value : -.infinity
  }

  /// EGARCH: the recursion of `L = ln h`.
  private func evaluateLogarithmic(
    _ p: Lanes, _ x: UnsafePointer<Double>, _ gradient: inout Lanes,
    _ outer: UnsafeMutablePointer<Lanes>?
  ) -> Double {
    let (mu, omega, alpha, gamma, beta, nu) = (p[0], p[1], p[2], p[3], p[4], p[5])
    let student = model.distribution == .studentT
    let (constant, slope) = constants(nu)
    var (level, d) = first(p)
    var total = Lanes()
    var sum = 0.0
    let count = returns.count
    for t in 0..<count {
      guard level.magnitude < 600 else { return -.infinity }
      let scale = exp(-0.5 * level)
      let z = (x[t] - mu) * scale
      let z2 = z * z
      sum -= 0.5 * level
      var weight = 1.0
      var score: Lanes
      if student {
        let q = 1 + z2 / (nu - 2)
        weight = (nu + 1) / ((nu - 2) * q)
        let tail = log(q)
        sum -= 0.5 * (nu + 1) * tail
        score = d * (0.5 * (weight * z2 - 1))
        score[5] = slope - 0.5 * tail + 0.5 * weight * z2 / (nu - 2)
      } else {
        sum -= 0.5 * z2
        score = d * (0.5 * (z2 - 1))
      }
      score[0] += weight * z * scale
      total += score
      if let outer {
        for i in 0..<6 { outer[i] += score * score[i] }
      }
      let response = (z < 0 ? -alpha : alpha) + gamma  // ∂(news)/∂z, while ∂z/∂L = −z/2
      let news = z.magnitude - Self.meanAbsolute
      d =
        Lanes(-response * scale, 1, news, z, level, 0, 0, 0) + d * (beta - 0.5 * z * response)
      level = omega + alpha * news + gamma * z + beta * level
    }
    gradient = total
    let value = Double(count) * constant + sum
    return value.isFinite ? value : -.infinity
  }
}
