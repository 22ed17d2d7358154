package import KernelInterface

#if FMA && canImport(Glibc)
  internal import Glibc  // `addingProduct` may call fma()
#endif

/// The kernels of this instruction set.
package enum KernelSet: KernelProtocol {}

// Everything below is one file because nothing is inlined across files here, and these loops only
// become vector code when the scalar formulas inline into them.

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
  let magnitude = x < 0 ? -x : x
  let t = expm1Negative(-2 * magnitude)
  let y = -t / (t + 2)
  return x < 0 ? -y : y
}

@inline(__always)
private func logistic(_ x: Element) -> Element { 1 / (1 + exponential(-x)) }

@inline(__always)
private func logarithm(_ x: Element) -> Element {
  // x = 2ᵉ·m with m in [√½, √2); log m = 2 artanh(s), s = (m−1)/(m+1) (fdlibm).
  #if SinglePrecision
    let tiny = x < 0x1p-126
    let scaled = tiny ? x * 16_777_216 : x
    let bits = scaled.bitPattern &- 0x3F35_04F3
    let exponent = Element(Int32(bitPattern: bits) &>> 23) - (tiny ? 24 : 0)
    let m = Element(bitPattern: (bits & 0x007F_FFFF) &+ 0x3F35_04F3)
    let f = m - 1
    let s = f / (2 + f)
    let z = s * s
    var p: Element = 0.24279079
    p = multiplyAdd(p, z, 0.28498787)
    p = multiplyAdd(p, z, 0.40000972)
    p = multiplyAdd(p, z, 0.6666666)
  #else
    let tiny = x < 2.2250738585072014e-308
    let scaled = tiny ? x * 18_014_398_509_481_984 : x
    let bits = scaled.bitPattern &- 0x3FE6_A09E_667F_3BCD
    // The exponent, put into the low bits of 2⁵², becomes floating point without a 64-bit integer
    // conversion, which AVX2 lacks.
    let field = (bits &>> 52) ^ 0x800
    let exponent =
      Element(bitPattern: 0x4330_0000_0000_0000 | field) - 4_503_599_627_372_544 - (tiny ? 54 : 0)
    let m = Element(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_667F_3BCD)
    let f = m - 1
    let s = f / (2 + f)
    let z = s * s
    var p: Element = 1.479819860511658591e-01
    p = multiplyAdd(p, z, 1.531383769920937332e-01)
    p = multiplyAdd(p, z, 1.818357216161805012e-01)
    p = multiplyAdd(p, z, 2.222219843214978396e-01)
    p = multiplyAdd(p, z, 2.857142874366239149e-01)
    p = multiplyAdd(p, z, 3.999999999940941908e-01)
    p = multiplyAdd(p, z, 6.666666666666735130e-01)
  #endif
  let halfSquare = 0.5 * f * f
  let low = multiplyAdd(s, halfSquare + p * z, exponent * ln2Low)
  var y = multiplyAdd(exponent, ln2High, f - (halfSquare - low))
  y = x == .infinity ? x : y
  y = x == 0 ? -.infinity : y
  return x >= 0 ? y : .nan
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

  package static func addScaled(_ count: Int, _ alpha: Element, _ x: Source, into y: Target) {
    for i in 0..<count { y[i] = multiplyAdd(alpha, x[i], y[i]) }
  }

  package static func scale(_ count: Int, _ alpha: Element, _ x: Source, into y: Target) {
    for i in 0..<count { y[i] = alpha * x[i] }
  }

  package static func add(_ count: Int, _ x: Source, _ y: Source, into z: Target) {
    for i in 0..<count { z[i] = x[i] + y[i] }
  }

  package static func subtract(_ count: Int, _ x: Source, _ y: Source, into z: Target) {
    for i in 0..<count { z[i] = x[i] - y[i] }
  }

  package static func multiply(_ count: Int, _ x: Source, _ y: Source, into z: Target) {
    for i in 0..<count { z[i] = x[i] * y[i] }
  }

  package static func addProduct(_ count: Int, _ x: Source, _ y: Source, into z: Target) {
    for i in 0..<count { z[i] = multiplyAdd(x[i], y[i], z[i]) }
  }

  package static func addTanhCotangent(
    _ count: Int, _ x: Source, output y: Source, into z: Target
  ) {
    for i in 0..<count { z[i] = multiplyAdd(x[i], 1 - y[i] * y[i], z[i]) }
  }

  package static func addSigmoidCotangent(
    _ count: Int, _ x: Source, output y: Source, into z: Target
  ) {
    for i in 0..<count { z[i] = multiplyAdd(x[i], y[i] * (1 - y[i]), z[i]) }
  }
}

// MARK: - Reductions

@inline(__always)
private func load8(_ pointer: Source) -> SIMD8<Element> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Element>.self)
}

@inline(__always)
private func pairwiseSum(_ v: SIMD8<Element>) -> Element {
  ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]))
}

extension KernelSet {
  package static func sum(_ count: Int, _ x: Source) -> Element {
    var partial = SIMD8<Element>.zero
    var i = 0
    while i &+ 8 <= count {
      partial += load8(x + i)
      i &+= 8
    }
    var total = pairwiseSum(partial)
    while i < count {
      total += x[i]
      i &+= 1
    }
    return total
  }

  package static func dot(_ count: Int, _ x: Source, _ y: Source) -> Element {
    var partial = SIMD8<Element>.zero
    var i = 0
    while i &+ 8 <= count {
      partial += load8(x + i) * load8(y + i)
      i &+= 8
    }
    var total = pairwiseSum(partial)
    while i < count {
      total += x[i] * y[i]
      i &+= 1
    }
    return total
  }
}

// MARK: - LSTM cell

extension KernelSet {
  package static func lstmForward(
    rows: Int, hidden: Int, gates: Target, cell: Source, intoCell: Target, tanhCell: Target,
    output: Target
  ) {
    for row in 0..<rows {
      let gate = gates + row &* 4 &* hidden
      let offset = row &* hidden
      for j in 0..<3 &* hidden { gate[j] = logistic(gate[j]) }
      let (forget, out, candidate) = (gate + hidden, gate + 2 &* hidden, gate + 3 &* hidden)
      let (before, after) = (cell + offset, intoCell + offset)
      let (squashed, h) = (tanhCell + offset, output + offset)
      for j in 0..<hidden {
        let g = hyperbolicTangent(candidate[j])
        candidate[j] = g
        let c = multiplyAdd(forget[j], before[j], gate[j] * g)
        after[j] = c
        let t = hyperbolicTangent(c)
        squashed[j] = t
        h[j] = out[j] * t
      }
    }
  }

  package static func lstmBackward(
    rows: Int, hidden: Int, gates: Target, cell: Source, tanhCell: Source,
    outputCotangent: Source, cellCotangent: Target
  ) {
    for row in 0..<rows {
      let gate = gates + row &* 4 &* hidden
      let (forget, out, candidate) = (gate + hidden, gate + 2 &* hidden, gate + 3 &* hidden)
      let offset = row &* hidden
      let (before, squashed) = (cell + offset, tanhCell + offset)
      let (dh, dc) = (outputCotangent + offset, cellCotangent + offset)
      for j in 0..<hidden {
        let (i, f, o, g, t) = (gate[j], forget[j], out[j], candidate[j], squashed[j])
        let d = multiplyAdd(dh[j] * o, 1 - t * t, dc[j])
        gate[j] = d * g * i * (1 - i)
        forget[j] = d * before[j] * f * (1 - f)
        out[j] = dh[j] * t * o * (1 - o)
        candidate[j] = d * i * (1 - g * g)
        dc[j] = d * f
      }
    }
  }
}
