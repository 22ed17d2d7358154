internal import Kernels
internal import KernelInterface

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

extension Variable {
  /// `y = xᵖ` for a constant exponent.
  ///
  /// VJP: `x̄ += ȳ ⊙ p xᵖ⁻¹`; nothing for p = 0.
  ///
  /// As in IEEE 754, x⁰ = 1 for every x, and a negative x has a power only for whole p (else NaN).
  /// At x = 0 the slope is infinite for 0 < p < 1.
  public func raised(to exponent: Scalar) -> Variable {
    let count = shape.count
    let (x, y) = (values, tape.allocate(count))
    for i in 0..<count { y[i] = power(x[i], exponent) }
    return tape.record("raised", self, output: y, shape: shape, saving: exponent) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, x, p) = (context.seed, context.input(0), context.saved(as: Scalar.self))
      guard p != 0 else { return }
      for i in 0..<context.outputCount { x̄[i] += ȳ[i] * p * power(x[i], p - 1) }
    }
  }

  /// `z = xʸ` for a variable exponent, with broadcasting.
  ///
  /// VJP: `x̄ += z̄ ⊙ y xʸ⁻¹` (0 where y = 0), `ȳ += z̄ ⊙ z log x` (0 where z = 0, the limit as x
  /// falls to 0); summed over repeated axes.
  ///
  /// Where x < 0 the power exists for whole y only, and its derivative by the exponent is NaN.
  public func raised(to exponent: Variable) -> Variable {
    combine("raised", self, exponent, power) { context in
      pullBack(
        context, { x, y in y == 0 ? 0 : y * power(x, y - 1) },
        { x, y in
          let z = power(x, y)
          return z == 0 ? 0 : z * naturalLogarithm(x)
        })
    }
  }

  /// `y = √x`.
  ///
  /// VJP: `x̄ += ȳ / (2 y)`.
  ///
  /// At 0 the slope is infinite: where zeros can occur, add a floor under the root.
  public func sqrt() -> Variable {
    let count = shape.count
    let (x, y) = (values, tape.allocate(count))
    for i in 0..<count { y[i] = x[i].squareRoot() }
    return tape.record("sqrt", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, y) = (context.seed, context.output)
      for i in 0..<context.outputCount { x̄[i] += ȳ[i] / (2 * y[i]) }
    }
  }

  /// `y = exp(x) − 1`, accurate for small x too.
  ///
  /// VJP: `x̄ += ȳ ⊙ exp x`.
  public func expm1() -> Variable {
    let count = shape.count
    let (x, y) = (values, tape.allocate(count))
    for i in 0..<count { y[i] = exponentialMinusOne(x[i]) }
    return tape.record("expm1", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, y) = (context.seed, context.output)
      for i in 0..<context.outputCount { x̄[i] += ȳ[i] * (y[i] + 1) }
    }
  }

  /// `y = log(1 + x)`, accurate for small x too.
  ///
  /// VJP: `x̄ += ȳ / (1 + x)`.
  ///
  /// −1 gives −∞, anything below NaN. Turns simple returns into log returns.
  public func log1p() -> Variable {
    let count = shape.count
    let (x, y) = (values, tape.allocate(count))
    for i in 0..<count { y[i] = logarithmOfOnePlus(x[i]) }
    return tape.record("log1p", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, x) = (context.seed, context.input(0))
      for i in 0..<context.outputCount { x̄[i] += ȳ[i] / (1 + x[i]) }
    }
  }
}

// The C library's functions, in double precision; outside the extension, whose methods would hide
// some of them.

private func power(_ x: Scalar, _ y: Scalar) -> Scalar { Scalar(pow(Double(x), Double(y))) }

private func naturalLogarithm(_ x: Scalar) -> Scalar { Scalar(log(Double(x))) }

private func exponentialMinusOne(_ x: Scalar) -> Scalar { Scalar(expm1(Double(x))) }

private func logarithmOfOnePlus(_ x: Scalar) -> Scalar { Scalar(log1p(Double(x))) }
