internal import Kernels
internal import KernelInterface

extension Variable {
  /// `y = exp x`.
  ///
  /// VJP: `x̄ += ȳ ⊙ y`.
  public func exp() -> Variable {
    let (count, y) = output()
    kernels.exp(count, values, into: y)
    return tape.record("exp", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      kernels.addProduct(context.outputCount, context.seed, context.output, into: x̄)
    }
  }

  /// `y = log x` (natural).
  ///
  /// VJP: `x̄ += ȳ / x`.
  public func log() -> Variable {
    let (count, y) = output()
    kernels.log(count, values, into: y)
    return tape.record("log", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, x) = (context.seed, context.input(0))
      for i in 0..<context.outputCount { x̄[i] += ȳ[i] / x[i] }
    }
  }

  /// `y = tanh x`.
  ///
  /// VJP: `x̄ += ȳ ⊙ (1 − y²)`.
  public func tanh() -> Variable {
    let (count, y) = output()
    kernels.tanh(count, values, into: y)
    return tape.record("tanh", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      kernels.addTanhCotangent(
        context.outputCount, context.seed, output: context.output, into: x̄)
    }
  }

  /// The logistic function `y = 1 / (1 + exp(−x))`.
  ///
  /// VJP: `x̄ += ȳ ⊙ y ⊙ (1 − y)`.
  public func sigmoid() -> Variable {
    let (count, y) = output()
    kernels.sigmoid(count, values, into: y)
    return tape.record("sigmoid", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      kernels.addSigmoidCotangent(
        context.outputCount, context.seed, output: context.output, into: x̄)
    }
  }

  /// `y = x` where `x > 0`, else `slope · x`.
  ///
  /// VJP: `x̄ += ȳ ⊙ (1 or slope)`; at 0 the slope.
  public func leakyReLU(slope: Scalar = 0.1) -> Variable {
    let (count, y) = output()
    let x = values
    for i in 0..<count { y[i] = x[i] > 0 ? x[i] : slope * x[i] }
    return tape.record("leakyReLU", self, output: y, shape: shape, saving: slope) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, x, slope) = (context.seed, context.input(0), context.saved(as: Scalar.self))
      for i in 0..<context.outputCount { x̄[i] += x[i] > 0 ? ȳ[i] : slope * ȳ[i] }
    }
  }

  /// `y = x²`.
  ///
  /// VJP: `x̄ += 2 ȳ ⊙ x`.
  public func squared() -> Variable {
    let (count, y) = output()
    kernels.multiply(count, values, values, into: y)
    return tape.record("squared", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, x) = (context.seed, context.input(0))
      for i in 0..<context.outputCount { x̄[i] += 2 * ȳ[i] * x[i] }
    }
  }

  /// `y = α x`.
  ///
  /// VJP: `x̄ += α ȳ`.
  public func scaled(by factor: Scalar) -> Variable {
    let (count, y) = output()
    kernels.scale(count, factor, values, into: y)
    return tape.record("scaled", self, output: y, shape: shape, saving: factor) { context in
      guard let x̄ = context.cotangent(0) else { return }
      kernels.addScaled(
        context.outputCount, context.saved(as: Scalar.self), context.seed, into: x̄)
    }
  }

  /// Room for an output of this variable's shape.
  private func output() -> (count: Int, y: UnsafeMutablePointer<Scalar>) {
    let count = shape.count
    return (count, tape.allocate(count))
  }
}
