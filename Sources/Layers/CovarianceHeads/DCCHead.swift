public import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Dynamic conditional correlations with trainable parameters, the recursion over all dates as one
/// operation.
///
/// `Q_{t+1} = (1 − a − b) Q̄ + a z_t z_tᵀ + b Q_t`, `Q_0 = Q̄`, `R = diag(Q)^{−½} Q diag(Q)^{−½}`. a, b and
/// 1 − a − b are the softmax of three logits, so that Q stays positive definite if Q̄ is.
///
/// - Shapes: shocks z `[T, N]` of consecutive rows (returns divided by the volatilities forecast for
///   them), target Q̄ `[N, N]`; correlations `[T, N, N]`, of which matrix t is the forecast for row
///   t + 1 made at the close of t.
/// - Parameter `logits` `[3]`, for a, b, 1 − a − b.
/// - Source: Engle (2002), *Dynamic Conditional Correlation*, eq. 15 and 26.
public struct DCCHead: Layer {
  /// What the head reads.
  public struct Input {
    /// `[T, N]`.
    public var shocks: Variable
    /// `[N, N]`, symmetric and positive definite, from training data.
    public var target: Variable

    /// Shocks and long-run correlations.
    public init(shocks: Variable, target: Variable) {
      self.shocks = shocks
      self.target = target
    }
  }

  private let logits: ParameterID

  /// A head that starts at the given a and b.
  public init(a: Double = 0.03, b: Double = 0.95, in builder: inout ParameterBuilder) {
    check(a > 0 && b > 0 && a + b < 1, "DCCHead: a \(a), b \(b)")
    logits = builder.parameter(
      "logits", Tensor(converting: [log(a), log(b), log(1 - a - b)], shape: [3]))
  }

  /// The correlations of all rows.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Variable {
    let shape = input.shocks.shape
    check(
      shape.rank == 2 && input.target.shape == Shape(shape[1], shape[1]),
      "DCCHead: shocks \(shape), target \(input.target.shape)")
    return dynamicCorrelations(
      input.shocks, target: input.target, weights: pass(logits).softmax())
  }
}

/// The recursion of ``DCCHead`` on the tape; `weights` `[3]` are a, b and 1 − a − b.
///
/// - VJP: with `Q̇_t` the cotangent of Q_{t+1} through R_{t+1},
///   `Q̇_ij = Ṙ_ij / √(Q_ii Q_jj)` and on the diagonal `Q̇_ii −= ½ Σ_j (Ṙ_ij + Ṙ_ji) R_ij / Q_ii`, and
///   `Λ_t = Q̇_t + b Λ_{t+1}`: `ȧ += ⟨Λ_t, z_t z_tᵀ⟩`, `ḃ += ⟨Λ_t, Q_t⟩`, `ċ += ⟨Λ_t, Q̄⟩`,
///   `ż_t += a (Λ_t + Λ_tᵀ) z_t`, and the target's is `c Σ Λ_t + b Λ_0`. In double precision whatever
///   `Scalar` is.
func dynamicCorrelations(_ shocks: Variable, target: Variable, weights: Variable) -> Variable {
  let (rows, n, tape) = (shocks.shape[0], shocks.shape[1], shocks.tape)
  let size = n * n
  let (z, q̄) = (shocks.values, target.values)
  let (a, b, c) = (
    Double(weights.values[0]), Double(weights.values[1]), Double(weights.values[2])
  )
  // Q_0 … Q_T.
  let q = tape.allocate(Double.self, (rows + 1) * size)
  for k in 0..<size { q[k] = Double(q̄[k]) }
  let output = tape.allocate(rows * size)
  for t in 0..<rows {
    let (before, after, row) = (q + t * size, q + (t + 1) * size, z + t * n)
    for i in 0..<n {
      let shock = a * Double(row[i])
      for j in 0..<n {
        let k = i * n + j
        after[k] = c * Double(q̄[k]) + shock * Double(row[j]) + b * before[k]
      }
    }
    for i in 0..<n {
      for j in 0..<n {
        output[t * size + i * n + j] =
          i == j
          ? 1 : Scalar(after[i * n + j] / (after[i * n + i] * after[j * n + j]).squareRoot())
      }
    }
  }
  return tape.record(
    "dynamicCorrelations", shocks, target, weights, output: output, shape: Shape(rows, n, n),
    saving: q
  ) { context in
    let q = context.saved(as: UnsafeMutablePointer<Double>.self)
    let (rows, n) = (context.outputShape[0], context.outputShape[1])
    let size = n * n
    let (z, q̄, w) = (context.input(0), context.input(1), context.input(2))
    let (a, b, c) = (Double(w[0]), Double(w[1]), Double(w[2]))
    let λ = context.allocate(Double.self, 2 * size)
    let total = λ + size
    λ.update(repeating: 0, count: 2 * size)
    var (ȧ, ḃ, ċ) = (0.0, 0.0, 0.0)
    for t in (0..<rows).reversed() {
      let (before, after, seed) = (q + t * size, q + (t + 1) * size, context.seed + t * size)
      for k in 0..<size { λ[k] *= b }
      for i in 0..<n {
        for j in 0..<n where i != j {
          let scale = 1 / (after[i * n + i] * after[j * n + j]).squareRoot()
          let slope = Double(seed[i * n + j])
          λ[i * n + j] += slope * scale
          let half = 0.5 * slope * after[i * n + j] * scale
          λ[i * n + i] -= half / after[i * n + i]
          λ[j * n + j] -= half / after[j * n + j]
        }
      }
      let row = z + t * n
      for i in 0..<n {
        var sum = 0.0
        for j in 0..<n {
          let k = i * n + j
          ȧ += λ[k] * Double(row[i]) * Double(row[j])
          ḃ += λ[k] * before[k]
          ċ += λ[k] * Double(q̄[k])
          total[k] += c * λ[k]
          sum += (λ[k] + λ[j * n + i]) * Double(row[j])
        }
        context.cotangent(0)?[t * n + i] += Scalar(a * sum)
      }
    }
    if let target = context.cotangent(1) {
      for k in 0..<size { target[k] += Scalar(total[k] + b * λ[k]) }
    }
    if let weights = context.cotangent(2) {
      weights[0] += Scalar(ȧ)
      weights[1] += Scalar(ḃ)
      weights[2] += Scalar(ċ)
    }
  }
}
