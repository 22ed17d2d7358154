public import Autodiff

/// Gates that leave assets out: noisy and soft while training, open or shut at decision time.
///
/// Training: `g = min(max(μ + σ ε, 0), 1)` with ε ~ N(0, 1) for every element; the noise lets a shut
/// gate's μ learn. Decisions: g = 1 where μ ≥ ½, else 0. With `μ = start + h·w + b`, w and b from zero.
///
/// - Shapes: states `[D, N, width]`; gates `[D, N]`.
/// - VJP: `μ̄ += ḡ` where `0 < μ + σ ε < 1`.
/// - Source: Yamada, Lindenbaum, Negahban & Kluger (2020), *Feature Selection using Stochastic Gates*,
///   eq. 4; Uysal, Li & Mulvey (2021), *End-to-end risk budgeting portfolio optimization with neural
///   networks*, §4.
public struct StochasticGate: Layer {
  /// The standard deviation σ of the noise.
  public let noise: Double
  /// μ before training.
  public let start: Double
  private let map: Linear

  /// A gate over states of a width.
  public init(
    width: Int, noise: Double = 0.5, start: Double = 0.5, in builder: inout ParameterBuilder
  ) {
    check(noise >= 0 && start.isFinite, "StochasticGate: noise \(noise), start \(start)")
    self.noise = noise
    self.start = start
    map = Linear(inputs: width, outputs: 1, zeroStart: true, in: &builder)
  }

  /// The gates of a block.
  public func callAsFunction(_ states: Variable, in pass: inout Pass) -> Variable {
    let shape = states.shape.prefix(states.shape.rank - 1)
    let μ = map(states, in: &pass).reshaped(to: shape) + Scalar(start)
    guard case .training(var generator) = pass.mode else { return μ .>= 0.5 }
    defer { pass.mode = .training(generator) }
    let shift = generator.normals(shape.count).map { Scalar(noise * $0) }
    return (μ + pass.tape.constant(Tensor(shift, shape: shape))).clipped(to: 0...1)
  }
}

/// Budgets of the assets whose gates are open, the shut ones' share going to the others:
/// `b_i g_i / Σ_j b_j g_j`.
///
/// At a date whose gates are all shut they do not count.
///
/// - Shapes: all `[D, N]`.
public func gatedBudgets(_ budgets: Variable, gates: Variable) -> Variable {
  check(
    budgets.shape == gates.shape && budgets.shape.rank == 2,
    "gatedBudgets: budgets \(budgets.shape), gates \(gates.shape)")
  let open = budgets * gates
  let kept = select(open.sum(axis: 1, keepingAxis: true) .<= 0, budgets, open)
  return kept / kept.sum(axis: 1, keepingAxis: true)
}

/// Weights of the assets whose gates are open, the shut ones' share going to cash: `w_i g_i`.
///
/// - Shapes: all `[D, N]`; the rest to one is cash.
public func gatedWeights(_ weights: Variable, gates: Variable) -> Variable {
  check(
    weights.shape == gates.shape,
    "gatedWeights: weights \(weights.shape), gates \(gates.shape)")
  return weights * gates
}
