extension Variable {
  /// `y = |x|`.
  ///
  /// VJP: `x̄ += ȳ ⊙ sign x`; nothing at 0, the mean of the one-sided derivatives.
  public func abs() -> Variable {
    let count = shape.count
    let (x, y) = (values, tape.allocate(count))
    for i in 0..<count { y[i] = x[i].magnitude }
    return tape.record("abs", self, output: y, shape: shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, x) = (context.seed, context.input(0))
      for i in 0..<context.outputCount { x̄[i] += x[i] > 0 ? ȳ[i] : x[i] < 0 ? -ȳ[i] : 0 }
    }
  }

  /// `y = min(max(x, lower), upper)` for constant bounds.
  ///
  /// VJP: `x̄ += ȳ` inside, ½ ȳ at a bound (the mean of the one-sided derivatives), nothing outside.
  ///
  /// A bound may be infinite: `clipped(to: 0 ... .infinity)`. NaN stays NaN.
  public func clipped(to bounds: ClosedRange<Scalar>) -> Variable {
    let count = shape.count
    let (x, y) = (values, tape.allocate(count))
    let (lower, upper) = (bounds.lowerBound, bounds.upperBound)
    for i in 0..<count { y[i] = x[i] < lower ? lower : x[i] > upper ? upper : x[i] }
    return tape.record("clipped", self, output: y, shape: shape, saving: (lower, upper)) {
      context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, x) = (context.seed, context.input(0))
      let (lower, upper) = context.saved(as: (Scalar, Scalar).self)
      for i in 0..<context.outputCount {
        // Each bound contributes 1 inside, ½ on it and 0 outside.
        let left: Scalar = x[i] > lower ? 1 : x[i] == lower ? 0.5 : 0
        let right: Scalar = x[i] < upper ? 1 : x[i] == upper ? 0.5 : 0
        x̄[i] += ȳ[i] * max(left + right - 1, 0)
      }
    }
  }
}

/// `z = x` where the condition is not 0, else `y`; all three broadcast.
///
/// Conditions come from comparisons, as in `select(x .> 0, x, y)`, or from constants of 0 and 1.
///
/// VJP: `z̄` goes to the operand that was selected; the condition has no derivative.
///
/// The operand that was not selected gets the cotangent 0, not none: if its own slope is infinite
/// there (`log` at 0), 0 · ∞ makes NaN. Replace such arguments before the dangerous function.
public func select(_ condition: Variable, _ x: Variable, _ y: Variable) -> Variable {
  let joint = Broadcast("select", x.shape, y.shape).shape
  let shape = Broadcast("select", condition.shape, joint).shape
  let (condition, x, y) = (
    condition.broadcast(to: shape), x.broadcast(to: shape), y.broadcast(to: shape)
  )
  let count = shape.count
  let z = x.tape.allocate(count)
  let (choice, left, right) = (condition.values, x.values, y.values)
  for i in 0..<count { z[i] = choice[i] != 0 ? left[i] : right[i] }
  return x.tape.record("select", x, y, condition, output: z, shape: shape) { context in
    let (z̄, choice, count) = (context.seed, context.input(2), context.outputCount)
    if let x̄ = context.cotangent(0) {
      for i in 0..<count { x̄[i] += choice[i] != 0 ? z̄[i] : 0 }
    }
    if let ȳ = context.cotangent(1) {
      for i in 0..<count { ȳ[i] += choice[i] != 0 ? 0 : z̄[i] }
    }
  }
}

// MARK: Conditions

/// 1 where `x > y`, else 0, with broadcasting; a constant on the tape.
public func .> (left: Variable, right: Variable) -> Variable {
  compare(".>", left, right) { $0 > $1 }
}

/// 1 where `x ≥ y`, else 0, with broadcasting; a constant on the tape.
public func .>= (left: Variable, right: Variable) -> Variable {
  compare(".>=", left, right) { $0 >= $1 }
}

/// 1 where `x < y`, else 0, with broadcasting; a constant on the tape.
public func .< (left: Variable, right: Variable) -> Variable {
  compare(".<", left, right) { $0 < $1 }
}

/// 1 where `x ≤ y`, else 0, with broadcasting; a constant on the tape.
public func .<= (left: Variable, right: Variable) -> Variable {
  compare(".<=", left, right) { $0 <= $1 }
}

/// 1 where `x > c`, else 0; a constant on the tape.
public func .> (left: Variable, right: Scalar) -> Variable {
  compare(left, right) { $0 > $1 }
}

/// 1 where `x ≥ c`, else 0; a constant on the tape.
public func .>= (left: Variable, right: Scalar) -> Variable {
  compare(left, right) { $0 >= $1 }
}

/// 1 where `x < c`, else 0; a constant on the tape.
public func .< (left: Variable, right: Scalar) -> Variable {
  compare(left, right) { $0 < $1 }
}

/// 1 where `x ≤ c`, else 0; a constant on the tape.
public func .<= (left: Variable, right: Scalar) -> Variable {
  compare(left, right) { $0 <= $1 }
}

@inline(__always)
private func compare(
  _ name: StaticString, _ left: Variable, _ right: Variable, _ holds: (Scalar, Scalar) -> Bool
) -> Variable {
  check(left.tape === right.tape, "\(name): an input belongs to another tape")
  let plan = Broadcast(name, left.shape, right.shape)
  let z = left.tape.allocate(plan.runs * plan.length)
  let (leftValues, rightValues) = (left.values, right.values)
  for run in 0..<plan.runs {
    let start = plan.offsets(run)
    let (x, y) = (leftValues + start.left, rightValues + start.right)
    let out = z + run * plan.length
    for i in 0..<plan.length {
      out[i] = holds(x[i &* plan.leftStep], y[i &* plan.rightStep]) ? 1 : 0
    }
  }
  return left.tape.addSlot(z, plan.shape, needsGradient: false)
}

@inline(__always)
private func compare(_ left: Variable, _ right: Scalar, _ holds: (Scalar, Scalar) -> Bool)
  -> Variable
{
  let count = left.shape.count
  let (x, z) = (left.values, left.tape.allocate(count))
  for i in 0..<count { z[i] = holds(x[i], right) ? 1 : 0 }
  return left.tape.addSlot(z, left.shape, needsGradient: false)
}
