package import KernelInterface

#if FMA && canImport(Glibc)
  internal import Glibc  // `addingProduct` may call fma()
#endif

/// The kernels of this instruction set.
package enum KernelSet: KernelProtocol {}

// The transcendental functions and the LSTM cell are one file because nothing is inlined across files
// here, and these loops only become vector code when the scalar formulas inline into them.

/// `a·b + c`, fused where the instruction set has it.
@inline(__always)
private func multiplyAdd(_ a: Element, _ b: Element, _ c: Element) -> Element {
  #if FMA
    c.addingProduct(a, b)
  #else
    a * b + c
  #endif
}

// MARK: - Scalar formulas

#if SinglePrecision
  private let log2e: Element = 1.442695
  private let ln2High: Element = 0.693359375
  private let ln2Low: Element = -2.1219444e-4
  /// Adding and subtracting it rounds to the nearest integer; that integer sits in its low bits.
  private let rounder: Element = 12_582_912
  private let largestExponent: Element = 88.72284
  private let smallestExponent: Element = -103.97208
#else
  private let log2e: Element = 1.4426950408889634
  private let ln2High: Element = 6.93147180369123816490e-01
  private let ln2Low: Element = 1.90821492927058770002e-10
  /// Adding and subtracting it rounds to the nearest integer; that integer sits in its low bits.
  private let rounder: Element = 6_755_399_441_055_744
  private let largestExponent: Element = 709.782712893384
  private let smallestExponent: Element = -745.1332191019412
#endif

/// `2ⁿ` for an integer n inside the normal range, given as `n + rounder`.
@inline(__always)
private func powerOfTwo(_ shifted: Element) -> Element {
  #if SinglePrecision
    Element(bitPattern: (shifted.bitPattern &+ 127) &<< 23)
  #else
    Element(bitPattern: (shifted.bitPattern &+ 1023) &<< 52)
  #endif
}

/// `exp(r) − 1` for |r| ≤ ½ ln 2, by its Taylor series: r + r²(1/2! + r/3! + …).
@inline(__always)
private func expm1Reduced(_ r: Element) -> Element {
  #if SinglePrecision
    var p: Element = 1.9875691500e-4
    p = multiplyAdd(p, r, 1.3981999507e-3)
    p = multiplyAdd(p, r, 8.3334519073e-3)
    p = multiplyAdd(p, r, 4.1665795894e-2)
    p = multiplyAdd(p, r, 1.6666665459e-1)
    p = multiplyAdd(p, r, 5.0000001201e-1)
  #else
    var p: Element = 1.6059043836821613e-10  // 1/13!
    p = multiplyAdd(p, r, 2.0876756987868099e-09)
    p = multiplyAdd(p, r, 2.5052108385441719e-08)
    p = multiplyAdd(p, r, 2.7557319223985891e-07)
    p = multiplyAdd(p, r, 2.7557319223985893e-06)
    p = multiplyAdd(p, r, 2.4801587301587302e-05)
    p = multiplyAdd(p, r, 1.9841269841269841e-04)
    p = multiplyAdd(p, r, 1.3888888888888889e-03)
    p = multiplyAdd(p, r, 8.3333333333333332e-03)
    p = multiplyAdd(p, r, 4.1666666666666664e-02)
    p = multiplyAdd(p, r, 1.6666666666666666e-01)
    p = multiplyAdd(p, r, 0.5)
  #endif
  return multiplyAdd(p * r, r, r)
}

@inline(__always)
private func exponential(_ x: Element) -> Element {
  var clamped = x > largestExponent + 1 ? largestExponent + 1 : x
  clamped = clamped < smallestExponent - 1 ? smallestExponent - 1 : clamped
  let n = multiplyAdd(clamped, log2e, rounder) - rounder
  var r = multiplyAdd(n, -ln2High, clamped)
  r = multiplyAdd(n, -ln2Low, r)
  let p = expm1Reduced(r)
  // Two factors, so that results below the normal range are reached gradually.
  let half = multiplyAdd(n, 0.5, rounder)
  let rest = (n - (half - rounder)) + rounder
  let first = powerOfTwo(half)
  return (first + first * p) * powerOfTwo(rest)
}

/// `exp(x) − 1` for x ≤ 0, accurate relative to the result.
@inline(__always)
private func expm1Negative(_ x: Element) -> Element {
  let clamped: Element = x < -60 ? -60 : x
  let shifted = multiplyAdd(clamped, log2e, rounder)
  let n = shifted - rounder
  var r = multiplyAdd(n, -ln2High, clamped)
  r = multiplyAdd(n, -ln2Low, r)
  let power = powerOfTwo(shifted)
  return multiplyAdd(power, expm1Reduced(r), power - 1)
}

@inline(__always)
private func hyperbolicTangent(_ x: Element) -> Element {
  // tanh |x| = −t/(2 + t) with t = exp(−2|x|) − 1; what rounding takes from t and from 2 + t is
  // given back to the quotient (exactly known where multiplications and additions are fused).
  let magnitude = x < 0 ? -x : x
  let clamped: Element = magnitude > 30 ? 30 : magnitude
  let shifted = multiplyAdd(-2 * clamped, log2e, rounder)
  let n = shifted - rounder
  var r = multiplyAdd(n, -ln2High, -2 * clamped)
  r = multiplyAdd(n, -ln2Low, r)
  let (power, p) = (powerOfTwo(shifted), expm1Reduced(r))
  let start = power - 1
  let t = multiplyAdd(power, p, start)
  let d = 2 + t
  let share = 1 / d
  var y = -t * share
  #if FMA
    let low = multiplyAdd(power, p, start - t)
    let lost = (t - (d - 2)) + low
    y = multiplyAdd(-(multiplyAdd(y, d, t) + multiplyAdd(y, lost, low)), share, y)
  #endif
  y = magnitude > 30 ? 1 : y
  y = x < 0 ? -y : y
  return x == x ? y : x
}

@inline(__always)
private func logistic(_ x: Element) -> Element {
  // 1 + exp(−x) = (1 + 2ⁿ) + 2ⁿ p while 1 + 2ⁿ is exact, then 2ⁿ + (2ⁿ p + 1), with 2ⁿ as two
  // factors for results that are subnormal.
  var y = x < -largestExponent - 1 ? largestExponent + 1 : -x
  y = y < -60 ? -60 : y
  let n = multiplyAdd(y, log2e, rounder) - rounder
  var r = multiplyAdd(n, -ln2High, y)
  r = multiplyAdd(n, -ln2Low, r)
  let p = expm1Reduced(r)
  let half = multiplyAdd(n, 0.5, rounder)
  let rest = (n - (half - rounder)) + rounder
  let (first, second) = (powerOfTwo(half), powerOfTwo(rest))
  let power = first * second
  let near = multiplyAdd(power, p, 1 + power)
  let inverse = powerOfTwo(rounder - (rest - rounder))
  let far = (first + multiplyAdd(first, p, inverse)) * second
  return 1 / (y > 10 ? far : near)
}

/// The series of `(log((1 + s)/(1 − s)) − 2s) / s³` in z = s² (fdlibm).
@inline(__always)
private func logarithmSeries(_ z: Element) -> Element {
  #if SinglePrecision
    var p: Element = 0.24279079
    p = multiplyAdd(p, z, 0.28498787)
    p = multiplyAdd(p, z, 0.40000972)
    p = multiplyAdd(p, z, 0.6666666)
  #else
    var p: Element = 1.479819860511658591e-01
    p = multiplyAdd(p, z, 1.531383769920937332e-01)
    p = multiplyAdd(p, z, 1.818357216161805012e-01)
    p = multiplyAdd(p, z, 2.222219843214978396e-01)
    p = multiplyAdd(p, z, 2.857142874366239149e-01)
    p = multiplyAdd(p, z, 3.999999999940941908e-01)
    p = multiplyAdd(p, z, 6.666666666666735130e-01)
  #endif
  return p
}

@inline(__always)
private func logarithm(_ x: Element) -> Element {
  // x = 2ᵉ·m with m in [√½, √2); log m = 2 artanh(s), s = (m−1)/(m+1) (fdlibm).
  #if SinglePrecision
    let tiny = x < .leastNormalMagnitude
    let scaled = tiny ? x * 16_777_216 : x
    let bits = scaled.bitPattern &- 0x3F35_04F3
    let exponent = Element(Int32(bitPattern: bits) &>> 23) - (tiny ? 24 : 0)
    let m = Element(bitPattern: (bits & 0x007F_FFFF) &+ 0x3F35_04F3)
  #else
    let tiny = x < .leastNormalMagnitude
    let scaled = tiny ? x * 18_014_398_509_481_984 : x
    let bits = scaled.bitPattern &- 0x3FE6_A09E_667F_3BCD
    // The exponent, put into the low bits of 2⁵², becomes floating point without a 64-bit integer
    // conversion, which AVX2 lacks.
    let field = (bits &>> 52) ^ 0x800
    let exponent =
      Element(bitPattern: 0x4330_0000_0000_0000 | field) - 4_503_599_627_372_544 - (tiny ? 54 : 0)
    let m = Element(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_667F_3BCD)
  #endif
  let f = m - 1
  let s = f / (2 + f)
  let z = s * s
  let halfSquare = 0.5 * f * f
  let low = multiplyAdd(s, halfSquare + logarithmSeries(z) * z, exponent * ln2Low)
  var y = multiplyAdd(exponent, ln2High, f - (halfSquare - low))
  y = x == .infinity ? x : y
  y = x == 0 ? -.infinity : y
  return x >= 0 ? y : .nan
}

/// `log(1 + u)` for 0 ≤ u ≤ 1.
@inline(__always)
private func log1pUnit(_ u: Element) -> Element {
  // 1 + u = 2ᵏ(1 + f) with k = 0 or 1 and 1 + f in [√½, √2); f is exact or nearly so.
  let isLarge = u > 0.41421356237309503
  let f = isLarge ? 0.5 * u - 0.5 : u
  let s = f / (2 + f)
  let z = s * s
  let halfSquare = 0.5 * f * f
  let k: Element = isLarge ? 1 : 0
  let low = multiplyAdd(s, halfSquare + logarithmSeries(z) * z, k * ln2Low)
  return multiplyAdd(k, ln2High, f - (halfSquare - low))
}

@inline(__always)
private func softplusOf(_ x: Element) -> Element {
  let tail = log1pUnit(exponential(x < 0 ? x : -x))
  return x > 0 ? x + tail : tail
}

// MARK: - Elementwise loops

extension KernelSet {
  package static func exp(_ count: Int, _ x: Source, into y: Target) {
    for i in 0..<count { y[i] = exponential(x[i]) }
  }

  package static func log(_ count: Int, _ x: Source, into y: Target) {
    for i in 0..<count { y[i] = logarithm(x[i]) }
  }

  package static func tanh(_ count: Int, _ x: Source, into y: Target) {
    for i in 0..<count { y[i] = hyperbolicTangent(x[i]) }
  }

  package static func sigmoid(_ count: Int, _ x: Source, into y: Target) {
    for i in 0..<count { y[i] = logistic(x[i]) }
  }

  package static func elu(_ count: Int, _ x: Source, into y: Target) {
    for i in 0..<count {
      let v = x[i]
      let tail = expm1Negative(v)
      y[i] = v > 0 ? v : tail
    }
  }

  package static func softplus(_ count: Int, _ x: Source, into y: Target) {
    for i in 0..<count { y[i] = softplusOf(x[i]) }
  }
}

// MARK: - LSTM cell

/// Where exponentials of the gates are cut off, so that products of denominators stay finite.
#if SinglePrecision
  private let gateLimit: Element = 80
#else
  private let gateLimit: Element = 700
#endif

/// `1 + exp(−x)`: the denominator of the logistic function.
@inline(__always)
private func logisticDenominator(_ x: Element) -> Element {
  var y = x < -gateLimit ? gateLimit : -x
  y = y < -gateLimit ? -gateLimit : y
  let shifted = multiplyAdd(y, log2e, rounder)
  let n = shifted - rounder
  var r = multiplyAdd(n, -ln2High, y)
  r = multiplyAdd(n, -ln2Low, r)
  let power = powerOfTwo(shifted)
  return multiplyAdd(power, expm1Reduced(r), power + 1)
}

// The rows of a step are functions of their own, not inlined: the vectoriser guards a loop by checks
// that its arrays do not overlap, and seen from a loop over rows the four gates, which lie side by
// side in each row, would seem to.

@inline(never)
private func lstmForwardRow(
  _ hidden: Int, _ input: Target, _ forget: Target, _ out: Target, _ candidate: Target,
  _ before: Source, _ after: Target, _ squashed: Target, _ h: Target
) {
  for j in 0..<hidden {
    // A logistic function and a hyperbolic tangent share one division: it costs more than the
    // exponential.
    let (x, z) = (candidate[j], logisticDenominator(input[j]))
    let e = expm1Negative(x < 0 ? 2 * x : -2 * x)
    let share = 1 / (z * (e + 2))
    let i = share * (e + 2)
    let magnitude = -e * (share * z)
    let g = x < 0 ? -magnitude : magnitude
    let f = 1 / logisticDenominator(forget[j])
    input[j] = i
    forget[j] = f
    candidate[j] = g
    after[j] = multiplyAdd(f, before[j], i * g)
  }
  // A loop of its own: one chain from the gates to h would be longer than the processor looks ahead.
  for j in 0..<hidden {
    let (c, w) = (after[j], logisticDenominator(out[j]))
    let u = expm1Negative(c < 0 ? 2 * c : -2 * c)
    let part = 1 / (w * (u + 2))
    let o = part * (u + 2)
    let size = -u * (part * w)
    let t = c < 0 ? -size : size
    out[j] = o
    squashed[j] = t
    h[j] = o * t
  }
}

@inline(never)
private func lstmBackwardRow(
  _ hidden: Int, _ gate: Source, _ before: Source, _ squashed: Source, _ dh: Source,
  _ dc: Target, _ d0: Target, _ d1: Target, _ d2: Target, _ d3: Target
) {
  let (forget, out, candidate) = (gate + hidden, gate + 2 &* hidden, gate + 3 &* hidden)
  for j in 0..<hidden {
    let (i, f, o, g, t) = (gate[j], forget[j], out[j], candidate[j], squashed[j])
    let d = multiplyAdd(dh[j] * o, 1 - t * t, dc[j])
    d0[j] = d * g * i * (1 - i)
    d1[j] = d * before[j] * f * (1 - f)
    d2[j] = dh[j] * t * o * (1 - o)
    d3[j] = d * i * (1 - g * g)
    dc[j] = d * f
  }
}

extension KernelSet {
  package static func lstmForward(
    rows: Int, hidden: Int, gates: Target, cell: Source, intoCell: Target, tanhCell: Target,
    output: Target, outputRowStride: Int
  ) {
    for row in 0..<rows {
      let (gate, offset) = (gates + row &* 4 &* hidden, row &* hidden)
      lstmForwardRow(
        hidden, gate, gate + hidden, gate + 2 &* hidden, gate + 3 &* hidden, cell + offset,
        intoCell + offset, tanhCell + offset, output + row &* outputRowStride)
    }
  }

  package static func lstmBackward(
    rows: Int, hidden: Int, activations: Source, cell: Source, tanhCell: Source,
    outputCotangent: Source, cellCotangent: Target, into cotangents: Target
  ) {
    for row in 0..<rows {
      let (gate, offset) = (cotangents + row &* 4 &* hidden, row &* hidden)
      lstmBackwardRow(
        hidden, activations + row &* 4 &* hidden, cell + offset, tanhCell + offset,
        outputCotangent + offset, cellCotangent + offset, gate, gate + hidden,
        gate + 2 &* hidden, gate + 3 &* hidden)
    }
  }
}
