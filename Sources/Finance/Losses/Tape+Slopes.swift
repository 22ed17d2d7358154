package import Autodiff

extension Tape {
  /// Records a scalar whose gradient `slopes` was computed with its value: `x̄_t += ȳ · slope_t`.
  package func recordSlopes(
    _ name: StaticString, _ input: Variable, value: UnsafeMutablePointer<Scalar>,
    slopes: UnsafeMutablePointer<Scalar>
  ) -> Variable {
    record(name, input, output: value, shape: Shape(), saving: slopes) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let slopes = context.saved(as: UnsafeMutablePointer<Scalar>.self)
      let seed = context.seed[0]
      for t in 0..<context.inputCount(0) { x̄[t] += seed * slopes[t] }
    }
  }
}
