internal import Kernels
internal import KernelInterface

extension Variable {
  /// The rectifier `y = max(x, 0)`.
  ///
  /// VJP: `x̄ += ȳ` where `x > 0`; nothing at 0, as everywhere in the literature.
  public func relu() -> Variable {
    let count = shape.count
    let (x, y) = (values, tape.allocate(count))
    for i in 0..<count { y[i] = x[i] > 0 ? x[i] : 0 }
    return tape.record("relu", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, x) = (context.seed, context.input(0))
      for i in 0..<context.outputCount { x̄[i] += x[i] > 0 ? ȳ[i] : 0 }
    }
  }

  /// The exponential linear unit: `y = x` where `x > 0`, else `exp(x) − 1`.
  ///
  /// VJP: `x̄ += ȳ` where `x > 0`, else `ȳ ⊙ (y + 1)`; continuous at 0, with slope 1.
  ///
  /// - Source: Clevert, Unterthiner & Hochreiter (2016), *Fast and Accurate Deep Network Learning
  ///   by Exponential Linear Units*, eq. 16 with α = 1.
  public func elu() -> Variable {
    let count = shape.count
    let (x, y) = (values, tape.allocate(count))
    tape.withScratch { $0.exponentialLinear(count, x, into: y) }
    return tape.record("elu", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, y) = (context.seed, context.output)
      for i in 0..<context.outputCount { x̄[i] += y[i] > 0 ? ȳ[i] : ȳ[i] * (y[i] + 1) }
    }
  }

  /// `y = log(1 + exp x)`, a smooth rectifier that is always positive.
  ///
  /// Computed as `max(x, 0) + log1p(exp(−|x|))`, which neither overflows nor loses small values.
  ///
  /// VJP: `x̄ += ȳ ⊙ σ(x)` with the logistic function σ.
  public func softplus() -> Variable {
    let count = shape.count
    let (x, y) = (values, tape.allocate(count))
    tape.withScratch { tape in
      let (shifted, small) = (tape.allocate(count), tape.allocate(count))
      for i in 0..<count { shifted[i] = x[i] < 0 ? x[i] : -x[i] }
      kernels.exp(count, shifted, into: small)
      for i in 0..<count { shifted[i] = 1 + small[i] }
      kernels.log(count, shifted, into: y)
      // log1p(e) = log(u) e / (u − 1) with u = 1 + e rounded (Goldberg 1991, theorem 4).
      for i in 0..<count {
        let (e, u) = (small[i], shifted[i])
        y[i] = (x[i] > 0 ? x[i] : 0) + (u > 1 ? y[i] * (e / (u - 1)) : e)
      }
    }
    return tape.record("softplus", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let count = context.outputCount
      context.tape.withScratch { tape in
        let slope = tape.allocate(count)
        kernels.sigmoid(count, context.input(0), into: slope)
        kernels.addProduct(count, context.seed, slope, into: x̄)
      }
    }
  }
}

extension Tape {
  /// `y = x` where `x > 0`, else `exp(x) − 1`; uses scratch memory of this tape.
  ///
  /// By `exp(x) − 1 = tanh(x/2) (exp(x) + 1)`, which is accurate for small x and needs the vector
  /// kernels only.
  func exponentialLinear(
    _ count: Int, _ x: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>
  ) {
    let (below, exponential) = (allocate(count), allocate(count))
    for i in 0..<count { below[i] = x[i] < 0 ? x[i] : 0 }
    kernels.exp(count, below, into: exponential)
    for i in 0..<count { below[i] *= 0.5 }
    kernels.tanh(count, below, into: y)
    for i in 0..<count { y[i] = x[i] > 0 ? x[i] : y[i] * (exponential[i] + 1) }
  }
}
