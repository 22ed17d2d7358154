internal import Kernels
internal import KernelInterface

/// `y = x + c` for a constant `c`.
///
/// VJP: `x̄ += ȳ`.
public func + (left: Variable, right: Scalar) -> Variable { affine("+", left, 1, right) }

/// `y = c + x` for a constant `c`.
///
/// VJP: `x̄ += ȳ`.
public func + (left: Scalar, right: Variable) -> Variable { affine("+", right, 1, left) }

/// `y = x − c` for a constant `c`.
///
/// VJP: `x̄ += ȳ`.
public func - (left: Variable, right: Scalar) -> Variable { affine("-", left, 1, -right) }

/// `y = c − x` for a constant `c`.
///
/// VJP: `x̄ −= ȳ`.
public func - (left: Scalar, right: Variable) -> Variable { affine("-", right, -1, left) }

/// `y = c x` for a constant `c`.
///
/// VJP: `x̄ += c ȳ`.
public func * (left: Variable, right: Scalar) -> Variable { left.scaled(by: right) }

/// `y = c x` for a constant `c`.
///
/// VJP: `x̄ += c ȳ`.
public func * (left: Scalar, right: Variable) -> Variable { right.scaled(by: left) }

/// `y = x / c` for a constant `c`.
///
/// VJP: `x̄ += ȳ / c`.
public func / (left: Variable, right: Scalar) -> Variable {
  let count = left.shape.count
  let (x, y) = (left.values, left.tape.allocate(count))
  for i in 0..<count { y[i] = x[i] / right }
  return left.tape.record("/", left, output: y, shape: left.shape, saving: right) { context in
    guard let x̄ = context.cotangent(0) else { return }
    let (ȳ, c) = (context.seed, context.saved(as: Scalar.self))
    for i in 0..<context.outputCount { x̄[i] += ȳ[i] / c }
  }
}

/// `y = c / x` for a constant `c`.
///
/// VJP: `x̄ −= ȳ ⊙ y / x`.
public func / (left: Scalar, right: Variable) -> Variable {
  let count = right.shape.count
  let (x, y) = (right.values, right.tape.allocate(count))
  for i in 0..<count { y[i] = left / x[i] }
  return right.tape.record("/", right, output: y, shape: right.shape) { context in
    guard let x̄ = context.cotangent(0) else { return }
    let (ȳ, x, y) = (context.seed, context.input(0), context.output)
    for i in 0..<context.outputCount { x̄[i] -= ȳ[i] * y[i] / x[i] }
  }
}

/// `y = α x + β` for α = ±1, so that it rounds once, like the sum or difference it stands for.
private func affine(
  _ name: StaticString, _ operand: Variable, _ factor: Scalar, _ offset: Scalar
) -> Variable {
  let count = operand.shape.count
  let (x, y) = (operand.values, operand.tape.allocate(count))
  for i in 0..<count { y[i] = factor * x[i] + offset }
  return operand.tape.record(name, operand, output: y, shape: operand.shape, saving: factor) {
    context in
    guard let x̄ = context.cotangent(0) else { return }
    kernels.addScaled(context.outputCount, context.saved(as: Scalar.self), context.seed, into: x̄)
  }
}
