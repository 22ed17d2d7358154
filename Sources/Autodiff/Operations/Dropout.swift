internal import Kernels
internal import KernelInterface

extension Variable {
  /// Sets each element to zero with probability `rate` and divides the others by `1 − rate`, so that
  /// expectations stay.
  ///
  /// Element i draws the i-th uniform number of `generator`, which advances by as many draws as
  /// there are elements: the same generator gives the same result. With rate 0 nothing is drawn.
  ///
  /// VJP: `x̄ += ȳ ⊙ m` with the factors m, 0 or `1 / (1 − rate)`.
  ///
  /// - Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), *Dropout*, §10.
  public func dropout(rate: Double, using generator: inout SplitMix64) -> Variable {
    check(rate >= 0 && rate < 1, "dropout: rate \(rate) is not in 0 ..< 1")
    guard rate > 0 else { return self }
    let count = shape.count
    let (y, factors) = (tape.allocate(count), tape.allocate(count))
    let scale = Scalar(1 / (1 - rate))
    for i in 0..<count { factors[i] = generator.uniform() < rate ? 0 : scale }
    kernels.multiply(count, values, factors, into: y)
    return tape.record("dropout", self, output: y, shape: shape, saving: factors) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let factors = context.saved(as: UnsafeMutablePointer<Scalar>.self)
      kernels.addProduct(context.outputCount, context.seed, factors, into: x̄)
    }
  }
}
