public import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// GARCH(1,1) volatilities with trainable parameters, the recursion over all dates as one operation.
///
/// `h_{t+1} = (1 − α − β) v + α ε_t² + β h_t`, `h_0 = v`, with the long-run variance v given (variance
/// targeting). α, β and 1 − α − β are the softmax of three logits, so that the process is stationary
/// whatever the optimiser does; shared by all assets, or three for each.
///
/// - Shapes: returns `[T, N]` of consecutive rows, variances v `[N]`; volatilities `[T, N]`, of which
///   row t is the forecast for row t + 1 made at the close of t, and shocks `[T, N]`,
///   `ε_t / √h_t`.
/// - Parameter `logits` `[3]` or `[N, 3]`, for α, β, 1 − α − β.
/// - Source: Bollerslev (1986); variance targeting of Engle & Mezrich (1996).
public struct GARCHHead: Layer {
  /// What the head reads.
  public struct Input {
    /// `[T, N]`, less their mean if that matters.
    public var returns: Variable
    /// `[N]`, positive, from training data.
    public var variances: Variable

    /// Returns and long-run variances.
    public init(returns: Variable, variances: Variable) {
      self.returns = returns
      self.variances = variances
    }
  }

  /// What the head computes.
  public struct Output {
    /// `[T, N]`; row t forecasts row t + 1.
    public let volatilities: Variable
    /// `[T, N]`, returns divided by the volatilities forecast for them: the input of ``DCCHead``.
    public let shocks: Variable
  }

  private let logits: ParameterID

  /// A head that starts at the given α and β; with `assets`, each asset has its own.
  public init(
    assets: Int? = nil, alpha: Double = 0.05, beta: Double = 0.9, in builder: inout ParameterBuilder
  ) {
    check(
      alpha > 0 && beta > 0 && alpha + beta < 1 && assets ?? 1 > 0,
      "GARCHHead: α \(alpha), β \(beta), \(assets ?? 1) assets")
    let start = [log(alpha), log(beta), log(1 - alpha - beta)]
    logits = builder.parameter(
      "logits",
      assets.map {
        Tensor(converting: (0..<$0).flatMap { _ in start }, shape: Shape($0, 3))
      } ?? Tensor(converting: start, shape: [3]))
  }

  /// The volatilities and shocks of all rows.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Output {
    let shape = input.returns.shape
    check(
      shape.rank == 2 && input.variances.shape == Shape(shape[1]),
      "GARCHHead: returns \(shape), variances \(input.variances.shape)")
    let shares = pass(logits).softmax().broadcast(to: Shape(shape[1], 3))
    func share(_ k: Int) -> Variable { shares.slice(at: k, axis: 1) }
    let h = garchVariances(
      input.returns, omega: share(2) * input.variances, alpha: share(0), beta: share(1),
      start: input.variances)
    let volatilities = h.sqrt()
    let before = concatenate(
      [
        input.variances.sqrt().insertingAxis(at: 0),
        volatilities.slice(0..<max(shape[0] - 1, 0)),
      ])
    return Output(volatilities: volatilities, shocks: input.returns / before)
  }
}

/// The recursion `h_{t+1} = ω + α ε_t² + β h_t` from `h_0`, on the tape.
///
/// - Shapes: returns `[T, N]`, the rest `[N]`; result `[T, N]` with `h_{t+1}` in row t.
/// - VJP: with `λ_t = h̄_{t+1} + β λ_{t+1}`: `ω̄ += Σ λ_t`, `ᾱ += Σ λ_t ε_t²`, `β̄ += Σ λ_t h_t`,
///   `ε̄_t += 2 α λ_t ε_t`, `h̄_0 += β λ_0`. In double precision whatever `Scalar` is.
func garchVariances(
  _ returns: Variable, omega: Variable, alpha: Variable, beta: Variable, start: Variable
) -> Variable {
  let (shape, tape) = (returns.shape, returns.tape)
  let (rows, n) = (shape[0], shape[1])
  let (ε, ω, α, β) = (returns.values, omega.values, alpha.values, beta.values)
  // h_0 … h_T.
  let h = tape.allocate(Double.self, (rows + 1) * n)
  let output = tape.allocate(shape.count)
  for i in 0..<n { h[i] = Double(start.values[i]) }
  for t in 0..<rows {
    for i in 0..<n {
      let e = Double(ε[t * n + i])
      let next = Double(ω[i]) + Double(α[i]) * e * e + Double(β[i]) * h[t * n + i]
      h[(t + 1) * n + i] = next
      output[t * n + i] = Scalar(next)
    }
  }
  return tape.record(
    "garchVariances", returns, omega, alpha, beta, start, output: output, shape: shape, saving: h
  ) { context in
    let h = context.saved(as: UnsafeMutablePointer<Double>.self)
    let (rows, n) = (context.outputShape[0], context.outputShape[1])
    let (ε, α, β, seed) = (context.input(0), context.input(2), context.input(3), context.seed)
    for i in 0..<n {
      var (λ, ω̄, ᾱ, β̄) = (0.0, 0.0, 0.0, 0.0)
      for t in (0..<rows).reversed() {
        let e = Double(ε[t * n + i])
        λ = Double(seed[t * n + i]) + Double(β[i]) * λ
        ω̄ += λ
        ᾱ += λ * e * e
        β̄ += λ * h[t * n + i]
        if let ε̄ = context.cotangent(0) { ε̄[t * n + i] += Scalar(2 * Double(α[i]) * λ * e) }
      }
      context.cotangent(1)?[i] += Scalar(ω̄)
      context.cotangent(2)?[i] += Scalar(ᾱ)
      context.cotangent(3)?[i] += Scalar(β̄)
      context.cotangent(4)?[i] += Scalar(Double(β[i]) * λ)
    }
  }
}
