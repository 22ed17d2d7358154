public import Autodiff

extension Variable {
  /// Follows a path at given rates: `y_t = y_{t−1} + ρ_t (x_t − y_{t−1})`, from `y_0 = x_0`.
  ///
  /// - Shapes: this `[T, N]`, rates `[T]` → `[T, N]`; the first rate is not used.
  /// - VJP: with `ȳ` the cotangent that has come back to row t, `x̄_t += ρ_t ȳ`,
  ///   `ρ̄_t += ȳᵀ(x_t − y_{t−1})`, `ȳ_{t−1} += (1 − ρ_t) ȳ`.
  public func followed(rates: Variable) -> Variable {
    let shape = shape
    check(
      shape.rank == 2 && shape[0] >= 1 && rates.shape == Shape(shape[0]),
      "followed: path \(shape), rates \(rates.shape)")
    let (steps, n) = (shape[0], shape[1])
    let (x, ρ, y) = (values, rates.values, tape.allocate(shape.count))
    for i in 0..<n { y[i] = x[i] }
    for t in 1..<max(1, steps) {
      for i in t * n..<(t + 1) * n { y[i] = y[i - n] + ρ[t] * (x[i] - y[i - n]) }
    }
    return tape.record("followed", self, rates, output: y, shape: shape) { context in
      let (steps, n) = (context.outputShape[0], context.outputShape[1])
      let (x, ρ, y, seed) = (context.input(0), context.input(1), context.output, context.seed)
      let (x̄, ρ̄) = (context.cotangent(0), context.cotangent(1))
      let back = context.allocate(Scalar.self, n)
      for i in 0..<n { back[i] = 0 }
      for t in (0..<steps).reversed() {
        for i in 0..<n { back[i] += seed[t * n + i] }
        guard t > 0 else {
          if let x̄ { for i in 0..<n { x̄[i] += back[i] } }
          return
        }
        var slope: Scalar = 0
        for i in 0..<n {
          slope += back[i] * (x[t * n + i] - y[(t - 1) * n + i])
          if let x̄ { x̄[t * n + i] += ρ[t] * back[i] }
          back[i] *= 1 - ρ[t]
        }
        if let ρ̄ { ρ̄[t] += slope }
      }
    }
  }
}
