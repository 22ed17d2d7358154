/// `z = x + y` with broadcasting.
///
/// VJP: `x̄ += z̄`, `ȳ += z̄`, summed over repeated axes.
public func + (left: Variable, right: Variable) -> Variable {
  combine("+", left, right, { x, y in x + y }) { context in
    pullBack(context, { _, _ in 1 }, { _, _ in 1 })
  }
}

/// `z = x − y` with broadcasting.
///
/// VJP: `x̄ += z̄`, `ȳ −= z̄`, summed over repeated axes.
public func - (left: Variable, right: Variable) -> Variable {
  combine("-", left, right, { x, y in x - y }) { context in
    pullBack(context, { _, _ in 1 }, { _, _ in -1 })
  }
}

/// `z = x ⊙ y` with broadcasting.
///
/// VJP: `x̄ += z̄ ⊙ y`, `ȳ += z̄ ⊙ x`, summed over repeated axes.
public func * (left: Variable, right: Variable) -> Variable {
  combine("*", left, right, { x, y in x * y }) { context in
    pullBack(context, { _, y in y }, { x, _ in x })
  }
}

/// `z = x / y` with broadcasting.
///
/// VJP: `x̄ += z̄ / y`, `ȳ −= z̄ ⊙ x / y²`, summed over repeated
/// axes.
public func / (left: Variable, right: Variable) -> Variable {
  combine("/", left, right, { x, y in x / y }) { context in
    pullBack(context, { _, y in 1 / y }, { x, y in -x / (y * y) })
  }
}

/// `z = max(x, y)`, element by element, with broadcasting.
///
/// VJP: `z̄` goes to the larger operand, and half to each where they are equal, which is the mean of
/// the one-sided derivatives; summed over repeated axes.
///
/// A NaN in either operand gives NaN.
public func maximum(_ left: Variable, _ right: Variable) -> Variable {
  combine("maximum", left, right, { x, y in x > y ? x : y >= x ? y : x + y }) { context in
    pullBack(
      context, { x, y in x > y ? 1 : x == y ? 0.5 : 0 }, { x, y in y > x ? 1 : x == y ? 0.5 : 0 })
  }
}

/// `z = min(x, y)`, element by element, with broadcasting.
///
/// VJP: `z̄` goes to the smaller operand, and half to each where they are equal; summed over
/// repeated axes.
///
/// A NaN in either operand gives NaN.
public func minimum(_ left: Variable, _ right: Variable) -> Variable {
  combine("minimum", left, right, { x, y in x < y ? x : y <= x ? y : x + y }) { context in
    pullBack(
      context, { x, y in x < y ? 1 : x == y ? 0.5 : 0 }, { x, y in y < x ? 1 : x == y ? 0.5 : 0 })
  }
}

/// `y = −x`.
///
/// VJP: `x̄ −= ȳ`.
public prefix func - (operand: Variable) -> Variable { operand.scaled(by: -1) }

/// `z = function(x, y)` with broadcasting.
@inline(__always)
func combine(
  _ name: StaticString, _ left: Variable, _ right: Variable,
  _ function: (Scalar, Scalar) -> Scalar, vjp: @escaping VJP
) -> Variable {
  let plan = Broadcast(name, left.shape, right.shape)
  let z = left.tape.allocate(plan.runs * plan.length)
  let (length, leftStep, rightStep) = (plan.length, plan.leftStep, plan.rightStep)
  let (leftValues, rightValues) = (left.values, right.values)
  for run in 0..<plan.runs {
    let start = plan.offsets(run)
    let (x, y, out) = (leftValues + start.left, rightValues + start.right, z + run * length)
    if leftStep == 1 && rightStep == 1 {
      for i in 0..<length { out[i] = function(x[i], y[i]) }
    } else {
      for i in 0..<length { out[i] = function(x[i &* leftStep], y[i &* rightStep]) }
    }
  }
  return left.tape.record(name, left, right, output: z, shape: plan.shape, saving: plan, vjp: vjp)
}

/// Adds `z̄ ⊙ slope` to the cotangents of the operands that need one.
@inline(__always)
func pullBack(
  _ context: VJPContext, _ leftSlope: (Scalar, Scalar) -> Scalar,
  _ rightSlope: (Scalar, Scalar) -> Scalar
) {
  let plan = context.saved(as: Broadcast.self)
  let (length, leftStep, rightStep) = (plan.length, plan.leftStep, plan.rightStep)
  let (seed, left, right) = (context.seed, context.input(0), context.input(1))
  let (leftCotangent, rightCotangent) = (context.cotangent(0), context.cotangent(1))
  for run in 0..<plan.runs {
    let start = plan.offsets(run)
    let (x, y, s) = (left + start.left, right + start.right, seed + run * length)
    if let x̄ = leftCotangent.map({ $0 + start.left }) {
      for i in 0..<length {
        x̄[i &* leftStep] += s[i] * leftSlope(x[i &* leftStep], y[i &* rightStep])
      }
    }
    if let ȳ = rightCotangent.map({ $0 + start.right }) {
      for i in 0..<length {
        ȳ[i &* rightStep] += s[i] * rightSlope(x[i &* leftStep], y[i &* rightStep])
      }
    }
  }
}
