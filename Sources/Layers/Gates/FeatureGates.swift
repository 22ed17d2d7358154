public import Autodiff
internal import Finance

/// Gates that select features: one for each variable, the same on all dates.
///
/// Training: `y = x ⊙ min(max(μ + σ ε, 0), 1)` with ε ~ N(0, 1) for every element; decisions: without
/// the noise. A shut gate's variable is exactly absent. ``penalty(in:)`` prices open gates.
///
/// - Shapes: features `[…, J]` → `[…, J]`.
/// - VJP: `x̄ += ȳ ⊙ g`, `μ̄_j += Σ ȳ_j x_j` over the elements with `0 < μ_j + σ ε < 1`.
/// - Source: Yamada, Lindenbaum, Negahban & Kluger (2020), *Feature Selection using Stochastic Gates*,
///   eq. 4–6.
public struct FeatureGates: Layer {
  /// The standard deviation σ of the noise.
  public let noise: Double
  /// μ `[J]`.
  public let means: ParameterID

  /// Gates whose means start at ½.
  public init(variables: Int, noise: Double = 0.5, in builder: inout ParameterBuilder) {
    check(
      variables >= 1 && noise > 0, "FeatureGates: \(variables) variables, noise \(noise)")
    self.noise = noise
    means = builder.parameter("means", Tensor(repeating: 0.5, shape: Shape(variables)))
  }

  /// The features as far as their gates are open.
  public func callAsFunction(_ features: Variable, in pass: inout Pass) -> Variable {
    let μ = pass(means)
    check(
      features.shape.rank >= 1 && features.shape[features.shape.rank - 1] == μ.shape[0],
      "FeatureGates: features \(features.shape) for \(μ.shape[0]) gates")
    guard case .training(var generator) = pass.mode else { return features * open(in: pass) }
    defer { pass.mode = .training(generator) }
    let shift = generator.normals(features.shape.count).map { Scalar(noise * $0) }
    let noisy = μ + pass.tape.constant(Tensor(shift, shape: features.shape))
    return features * noisy.clipped(to: 0...1)
  }

  /// How far each gate is open when nothing is random `[J]`.
  public func open(in pass: borrowing Pass) -> Variable { pass(means).clipped(to: 0...1) }

  /// The expected number of gates that are not shut, `Σ_j Φ(μ_j / σ)`.
  ///
  /// - VJP: `μ̄_j += ȳ φ(μ_j / σ) / σ`.
  public func penalty(in pass: borrowing Pass) -> Variable {
    let μ = pass(means)
    let count = μ.shape.count
    let tape = pass.tape
    let (value, slopes) = (tape.allocate(1), tape.allocate(count))
    let x = μ.values
    var sum = 0.0
    for j in 0..<count {
      let z = Double(x[j]) / noise
      sum += SpecialFunctions.normalDistribution(z)
      slopes[j] = Scalar(SpecialFunctions.normalDensity(z) / noise)
    }
    value[0] = Scalar(sum)
    return tape.recordSlopes("FeatureGates.penalty", μ, value: value, slopes: slopes)
  }
}
