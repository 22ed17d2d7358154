public import Autodiff

/// Covariances from volatilities and correlations, `Σ_ij = σ_i σ_j R_ij`, as one operation.
///
/// - Shapes: volatilities `[D, N]`, correlations `[D, N, N]` → `[D, N, N]`.
/// - VJP: `σ̄_i += Σ_j (Σ̄_ij + Σ̄_ji) R_ij σ_j` (for a symmetric R), `R̄_ij += Σ̄_ij σ_i σ_j`.
public func covariance(volatilities: Variable, correlations: Variable) -> Variable {
  let (shape, square) = (volatilities.shape, correlations.shape)
  check(
    shape.rank == 2 && square == Shape(shape[0], shape[1], shape[1]),
    "covariance: volatilities \(shape), correlations \(square)")
  let (dates, n, tape) = (shape[0], shape[1], volatilities.tape)
  let output = tape.allocate(square.count)
  let (σ, r) = (volatilities.values, correlations.values)
  for row in 0..<dates * n {
    let own = σ + row / n * n
    let (source, target, scale) = (r + row * n, output + row * n, σ[row])
    for j in 0..<n { target[j] = source[j] * scale * own[j] }
  }
  return tape.record(
    "covariance", volatilities, correlations, output: output, shape: square
  ) { context in
    let (seed, σ, r) = (context.seed, context.input(0), context.input(1))
    let n = context.outputShape[2]
    for row in 0..<context.outputShape[0] * n {
      let (date, i) = (row / n, row % n)
      let (own, slope, factor) = (σ + date * n, seed + row * n, r + row * n)
      if let r̄ = context.cotangent(1) {
        for j in 0..<n { r̄[row * n + j] += slope[j] * σ[row] * own[j] }
      }
      if let σ̄ = context.cotangent(0) {
        var sum: Scalar = 0
        for j in 0..<n {
          sum += slope[j] * factor[j] * own[j]
          σ̄[date * n + j] += slope[j] * factor[j] * σ[date * n + i]
        }
        σ̄[row] += sum
      }
    }
  }
}
