#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The correlation part of the DCC likelihood with its exact score, eight dates at a time.
///
/// `Qₜ = (1−a−b) Q̄ + a zₜ₋₁zₜ₋₁ᵀ + b Qₜ₋₁`, `Q₁ = Q̄`, is `Qₜ = Q̄ + a Aₜ` with
/// `Aₜ = zₜ₋₁zₜ₋₁ᵀ − Q̄ + b Aₜ₋₁`; so ∂Q/∂a = A, and ∂Q/∂b = B with `Bₜ = a Aₜ₋₁ + b Bₜ₋₁`. The
/// likelihood of a date, with R the correlations of Q and u = √diag(Q) z,
/// `ℓ = −½(ln|Q| − Σ ln Qᵢᵢ + uᵀQ⁻¹u − zᵀz)`, has with x = Q⁻¹u the derivative
/// `∂ℓ/∂Q = −½(Q⁻¹ − xxᵀ + diag(xᵢzᵢ/√Qᵢᵢ − 1/Qᵢᵢ))`.
///
/// The recursions run date after date; the factorisations of eight consecutive dates share the lanes of
/// the vector registers, which small matrices alone could not fill.
struct CorrelationKernel {
  private typealias Lanes = SIMD8<Double>

  let series: Int
  let dates: Int
  /// Blocks of eight dates, padded with zeros: date t of series i is lane t % 8 of `t/8·n + i`.
  private let shocks: [SIMD8<Double>]
  /// Q̄, `[n, n]`.
  let target: Matrix

  /// From standardised shocks, one array for each series.
  init(shocks: [[Double]], target: Matrix) {
    let (n, count) = (shocks.count, shocks[0].count)
    series = n
    dates = count
    self.target = target
    var blocks = [SIMD8<Double>](repeating: SIMD8(), count: (count + 7) / 8 * n)
    for (i, shock) in shocks.enumerated() {
      for t in 0..<count { blocks[t / 8 * n + i][t % 8] = shock[t] }
    }
    self.shocks = blocks
  }

  /// The log-likelihood beyond that of the margins, its gradient in (a, b), and the sums of the
  /// scores' products `aa`, `ab`, `bb`.
  ///
  /// −∞ where a Q is not positive definite.
  func evaluate(
    _ a: Double, _ b: Double
  ) -> (value: Double, gradient: SIMD2<Double>, outer: SIMD3<Double>) {
    let n = series
    let size = n * n
    let memory = UnsafeMutablePointer<Lanes>.allocate(capacity: 4 * size + 3 * n)
    memory.initialize(repeating: Lanes(), count: 4 * size + 3 * n)
    // A and B of the last date of the block before, and its shocks.
    let state = UnsafeMutablePointer<SIMD2<Double>>.allocate(capacity: size)
    state.initialize(repeating: SIMD2(), count: size)
    let previous = UnsafeMutablePointer<Double>.allocate(capacity: n)
    previous.initialize(repeating: 0, count: n)
    defer {
      memory.deallocate()
      state.deallocate()
      previous.deallocate()
    }
    // The factor's upper triangle R, its inverse, and the two sensitivities, upper triangles all.
    let (factor, inverse) = (memory, memory + size)
    let (slopeA, slopeB) = (memory + 2 * size, memory + 3 * size)
    let (u, x, root) = (memory + 4 * size, memory + 4 * size + n, memory + 4 * size + 2 * n)
    var (total, quadratic) = (0.0, 0.0)
    var (gradient, outer) = (SIMD2<Double>(), SIMD3<Double>())
    shocks.withUnsafeBufferPointer { all in
      target.elements.withUnsafeBufferPointer { target in
        for block in 0..<(dates + 7) / 8 {
          guard let shock = all.baseAddress.map({ $0 + block * n }) else { return }
          let first = block == 0
          let width = min(8, dates - block * 8)
          for i in 0..<n {
            for j in i..<n {
              let mean = target[i * n + j]
              let products = shock[i] * shock[j] - mean
              var (a0, b0) = (0.0, 0.0)
              // The first date has Q̄ itself.
              if !first {
                a0 = previous[i] * previous[j] - mean + b * state[i * n + j][0]
                b0 = a * state[i * n + j][0] + b * state[i * n + j][1]
              }
              let (a1, b1) = (products[0] + b * a0, a * a0 + b * b0)
              let (a2, b2) = (products[1] + b * a1, a * a1 + b * b1)
              let (a3, b3) = (products[2] + b * a2, a * a2 + b * b2)
              let (a4, b4) = (products[3] + b * a3, a * a3 + b * b3)
              let (a5, b5) = (products[4] + b * a4, a * a4 + b * b4)
              let (a6, b6) = (products[5] + b * a5, a * a5 + b * b5)
              let (a7, b7) = (products[6] + b * a6, a * a6 + b * b6)
              state[i * n + j] = SIMD2(a7, b7)
              let linesA = Lanes(a0, a1, a2, a3, a4, a5, a6, a7)
              let linesB = Lanes(b0, b1, b2, b3, b4, b5, b6, b7)
              slopeA[i * n + j] = linesA
              slopeB[i * n + j] = linesB
              factor[i * n + j] = linesA * a + mean
            }
          }
          for i in 0..<n {
            previous[i] = shock[i][7]
            root[i] = factor[i * n + i].squareRoot()
            u[i] = shock[i] * root[i]
          }
          total += Self.factor(n, factor, root, width)
          Self.invert(n, factor, inverse)
          // x = Q⁻¹u = TTᵀu, with T the inverse of R; kept in place of Tᵀu.
          var form = Lanes()
          for j in 0..<n {
            var sum = Lanes()
            for i in 0...j { sum += inverse[i * n + j] * u[i] }
            factor[j] = sum
            form += sum * sum
          }
          for i in 0..<n {
            var sum = Lanes()
            for j in i..<n { sum += inverse[i * n + j] * factor[j] }
            x[i] = sum
          }
          var (alongA, alongB, plain) = (Lanes(), Lanes(), Lanes())
          for i in 0..<n {
            plain += shock[i] * shock[i]
            for j in i..<n {
              var element = -x[i] * x[j]
              for k in j..<n { element += inverse[i * n + k] * inverse[j * n + k] }
              if i == j {
                let reciprocal = 1 / root[i]
                element += x[i] * shock[i] * reciprocal - reciprocal * reciprocal
                element *= 0.5
              }
              alongA -= element * slopeA[i * n + j]
              alongB -= element * slopeB[i * n + j]
            }
          }
          for lane in 0..<width {
            quadratic += form[lane] - plain[lane]
            let score = SIMD2(alongA[lane], alongB[lane])
            gradient += score
            outer += SIMD3(score[0] * score[0], score[0] * score[1], score[1] * score[1])
          }
        }
      }
    }
    // A pivot that is not positive ends here as NaN or an infinity.
    let value = -0.5 * (quadratic + total)
    guard value.isFinite else { return (-.infinity, gradient, outer) }
    return (value, gradient, outer)
  }

  /// Factors Q = RᵀR in place; the sum over the first `width` lanes of ln|Q| − Σ ln Qᵢᵢ.
  @inline(__always)
  private static func factor(
    _ n: Int, _ a: UnsafeMutablePointer<Lanes>, _ root: UnsafeMutablePointer<Lanes>, _ width: Int
  ) -> Double {
    var product = Lanes(repeating: 1)
    var logarithm = 0.0
    for k in 0..<n {
      let row = a + k * n
      let pivot = row[k]
      let scale = 1 / pivot.squareRoot()
      product *= pivot / (root[k] * root[k])
      if k & 7 == 7 || k == n - 1 {
        for lane in 0..<width { logarithm += log(product[lane]) }
        product = Lanes(repeating: 1)
      }
      for j in k..<n { row[j] *= scale }
      for i in k + 1..<max(n, k + 1) {
        let (target, multiplier) = (a + i * n, row[i])
        for j in i..<n { target[j] -= multiplier * row[j] }
      }
    }
    return logarithm
  }

  /// `T = R⁻¹`, upper triangles.
  @inline(__always)
  private static func invert(
    _ n: Int, _ r: UnsafeMutablePointer<Lanes>, _ t: UnsafeMutablePointer<Lanes>
  ) {
    for j in 0..<n {
      let reciprocal = 1 / r[j * n + j]
      t[j * n + j] = reciprocal
      for i in 0..<j {
        var sum = Lanes()
        for k in i..<j { sum += t[i * n + k] * r[k * n + j] }
        t[i * n + j] = -sum * reciprocal
      }
    }
  }
}
