extension Variable {
  /// Sparsemax along the last axis: the point of the simplex nearest to x, with exact zeros.
  ///
  /// −∞ is a mask, as in ``softmax()``.
  ///
  /// `y = max(x − τ, 0)` with τ such that Σ y = 1: for the sorted `x₍₁₎ ≥ x₍₂₎ ≥ …`, the support has
  /// `k = max {j : 1 + j x₍ⱼ₎ > Σ_{i ≤ j} x₍ᵢ₎}` elements and `τ = (Σ_{i ≤ k} x₍ᵢ₎ − 1) / k`. It is
  /// α-entmax for α = 2.
  ///
  /// VJP: on the support S, `x̄ += ȳ − mean_S ȳ`; nothing elsewhere.
  ///
  /// - Source: Martins & Astudillo (2016), *From Softmax to Sparsemax*, algorithm 1 and eq. 14.
  public func sparsemax() -> Variable {
    simplexMap("sparsemax", threshold: sparsemaxThreshold) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let rows = context.saved(as: Rows.self)
      for r in 0..<rows.count {
        let start = r * rows.length
        let (y, ȳ, out) = (context.output + start, context.seed + start, x̄ + start)
        var (sum, size): (Scalar, Scalar) = (0, 0)
        for j in 0..<rows.length where y[j] > 0 {
          sum += ȳ[j]
          size += 1
        }
        let mean = sum / size
        for j in 0..<rows.length where y[j] > 0 { out[j] += ȳ[j] - mean }
      }
    } value: {
      $0
    }
  }

  /// 1.5-entmax along the last axis: between softmax and sparsemax, smooth on its support and with
  /// exact zeros.
  ///
  /// `y = max(x/2 − τ, 0)²` with τ such that Σ y = 1. With the mean M and the sum S of squared
  /// deviations of the j largest `x/2`, the threshold is `τ = M − √((1 − S)/j)` for the largest j
  /// with `τ ≤ x₍ⱼ₎/2`.
  ///
  /// VJP: with `s = √y`, `x̄ += s ⊙ (ȳ − ⟨s, ȳ⟩ / Σ s)`.
  ///
  /// - Source: Peters, Niculae & Martins (2019), *Sparse Sequence-to-Sequence Models*, algorithm 2
  ///   and proposition 2.
  public func entmax15() -> Variable {
    simplexMap("entmax15", scale: 0.5, threshold: entmax15Threshold) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let rows = context.saved(as: Rows.self)
      for r in 0..<rows.count {
        let start = r * rows.length
        let (y, ȳ, out) = (context.output + start, context.seed + start, x̄ + start)
        var (weighted, total): (Scalar, Scalar) = (0, 0)
        for j in 0..<rows.length {
          let s = y[j].squareRoot()
          weighted += s * ȳ[j]
          total += s
        }
        let mean = weighted / total
        for j in 0..<rows.length { out[j] += y[j].squareRoot() * (ȳ[j] - mean) }
      }
    } value: {
      $0 * $0
    }
  }

  /// `y = value(max(scale·(x − max x) − τ, 0))`, row by row, with τ from the sorted row.
  private func simplexMap(
    _ name: StaticString, scale: Scalar = 1,
    threshold: (Int, UnsafePointer<Scalar>) -> Scalar, vjp: @escaping VJP,
    value: (Scalar) -> Scalar
  ) -> Variable {
    let rows = Rows(name, shape)
    let (x, y) = (values, tape.allocate(rows.count * rows.length))
    rows.subtractMaxima(x, into: y)
    tape.withScratch { tape in
      let descending = tape.allocate(rows.length)
      let (entries, free) = tape.allocateEntries(rows.length)
      for r in 0..<rows.count {
        let row = y + r * rows.length
        for j in 0..<rows.length { row[j] *= scale }
        let ordered = LaneOrder.ascending(rows.length, row, entries, scratch: free)
        for j in 0..<rows.length { descending[j] = row[ordered[rows.length - 1 - j].position] }
        let τ = threshold(rows.length, descending)
        for j in 0..<rows.length { row[j] = row[j] <= τ ? 0 : value(row[j] - τ) }
      }
    }
    return tape.record(name, self, output: y, shape: shape, saving: rows, vjp: vjp)
  }
}

// In both thresholds a NaN, sorted to the front, passes every comparison and makes τ a NaN.

/// τ of sparsemax for numbers in descending order.
func sparsemaxThreshold(_ count: Int, _ z: UnsafePointer<Scalar>) -> Scalar {
  var (sum, τ): (Scalar, Scalar) = (0, 0)
  for j in 0..<count {
    sum += z[j]
    if 1 + Scalar(j + 1) * z[j] <= sum { break }
    τ = (sum - 1) / Scalar(j + 1)
  }
  return τ
}

/// τ of 1.5-entmax for halved numbers in descending order; mean and squared deviations are updated
/// as in Welford (1962).
func entmax15Threshold(_ count: Int, _ z: UnsafePointer<Scalar>) -> Scalar {
  var (mean, squares, τ): (Scalar, Scalar, Scalar) = (0, 0, 0)
  for j in 0..<count where z[j] != -.infinity {
    let deviation = z[j] - mean
    mean += deviation / Scalar(j + 1)
    squares += deviation * (z[j] - mean)
    let candidate = mean - (max(1 - squares, 0) / Scalar(j + 1)).squareRoot()
    if candidate > z[j] { break }
    τ = candidate
  }
  return τ
}
