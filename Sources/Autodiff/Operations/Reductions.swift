internal import Kernels
internal import KernelInterface

extension Variable {
  /// `y = Σ x`, a scalar.
  ///
  /// VJP: `x̄ += ȳ`.
  public func sum() -> Variable {
    let y = tape.allocate(1)
    y[0] = kernels.sum(shape.count, values)
    return tape.record("sum", self, output: y, shape: Shape()) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let ȳ = context.seed[0]
      for i in 0..<context.inputCount(0) { x̄[i] += ȳ }
    }
  }

  /// `y = Σ x / n`, a scalar, for `x` not empty.
  ///
  /// VJP: `x̄ += ȳ / n`.
  public func mean() -> Variable {
    check(shape.count > 0, "mean of an empty variable \(shape)")
    return sum().scaled(by: 1 / Scalar(shape.count))
  }
}

/// `s = Σ x ⊙ y`, a scalar, for equal shapes.
///
/// VJP: `x̄ += s̄ y`, `ȳ += s̄ x`.
public func dot(_ left: Variable, _ right: Variable) -> Variable {
  check(left.shape == right.shape, "dot: \(left.shape) · \(right.shape)")
  let s = left.tape.allocate(1)
  s[0] = kernels.dot(left.shape.count, left.values, right.values)
  return left.tape.record("dot", left, right, output: s, shape: Shape()) { context in
    let (count, seed) = (context.inputCount(0), context.seed[0])
    if let x̄ = context.cotangent(0) {
      kernels.addScaled(count, seed, context.input(1), into: x̄)
    }
    if let ȳ = context.cotangent(1) {
      kernels.addScaled(count, seed, context.input(0), into: ȳ)
    }
  }
}
