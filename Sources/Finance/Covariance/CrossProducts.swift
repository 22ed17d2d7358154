/// The sums of products that every covariance estimate is made of.
enum CrossProducts {
  /// Writes `scale · Σ_t w_t (x_t − c)(x_t − c)ᵀ` for `x` `[rows, assets]`, symmetric.
  ///
  /// `c` is `centre` (`[assets]`), `w` the `weights` (`[rows]`). Eight rows at a time, so that the
  /// result is read and written an eighth as often; the inner loop runs over contiguous columns and
  /// is vectorised. The order of additions is fixed.
  static func accumulate(
    _ x: UnsafeBufferPointer<Double>, assets: Int, centre: [Double], weights: [Double],
    scale: Double, into result: UnsafeMutableBufferPointer<Double>
  ) {
    let rows = weights.count
    let block = 8
    let padded = (rows + block - 1) / block * block
    // Deviations times √w, padded with rows of zeros.
    let deviations = UnsafeMutablePointer<Double>.allocate(capacity: padded * assets)
    deviations.initialize(repeating: 0, count: padded * assets)
    defer { deviations.deallocate() }
    for t in 0..<rows {
      let root = weights[t].squareRoot()
      for i in 0..<assets { deviations[t * assets + i] = (x[t * assets + i] - centre[i]) * root }
    }
    for index in 0..<assets * assets { result[index] = 0 }
    guard let output = result.baseAddress else { return }
    for t in stride(from: 0, to: padded, by: block) {
      let r0 = deviations + t * assets
      let (r1, r2, r3) = (r0 + assets, r0 + 2 * assets, r0 + 3 * assets)
      let (r4, r5, r6, r7) = (r0 + 4 * assets, r0 + 5 * assets, r0 + 6 * assets, r0 + 7 * assets)
      for i in 0..<assets {
        let (a0, a1, a2, a3) = (r0[i], r1[i], r2[i], r3[i])
        let (a4, a5, a6, a7) = (r4[i], r5[i], r6[i], r7[i])
        let target = output + i * assets
        for j in i..<assets {
          let first = (a0 * r0[j] + a1 * r1[j]) + (a2 * r2[j] + a3 * r3[j])
          let second = (a4 * r4[j] + a5 * r5[j]) + (a6 * r6[j] + a7 * r7[j])
          target[j] += first + second
        }
      }
    }
    for i in 0..<assets {
      for j in i..<assets {
        output[i * assets + j] *= scale
        output[j * assets + i] = output[i * assets + j]
      }
    }
  }

  /// The mean of each column of `[rows, assets]`.
  static func means(
    _ x: UnsafeBufferPointer<Double>, rows: Int, assets: Int
  ) -> [Double] {
    var means = [Double](repeating: 0, count: assets)
    means.withUnsafeMutableBufferPointer { means in
      for t in 0..<rows {
        for i in 0..<assets { means[i] += x[t * assets + i] }
      }
      for i in 0..<assets { means[i] /= Double(rows) }
    }
    return means
  }
}
