package import KernelInterface

#if FMA && canImport(Glibc)
  internal import Glibc  // `addingProduct` may call fma()
#endif

/// `a·b + c`, fused where the instruction set has it.
@inline(__always)
private func multiplyAdd(_ a: Element, _ b: Element, _ c: Element) -> Element {
  #if FMA
    c.addingProduct(a, b)
  #else
    a * b + c
  #endif
}

// MARK: - Linear combinations

extension KernelSet {
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

  package static func pullBackGate(_ count: Int, _ s: Source, gate: Target, value: Target) {
    for i in 0..<count {
      let (g, v) = (gate[i], value[i])
      gate[i] = s[i] * v * g * (1 - g)
      value[i] = s[i] * g
    }
  }

  package static func scaleByEluSlope(_ count: Int, output: Source, _ x: Target) {
    for i in 0..<count { x[i] *= output[i] > 0 ? 1 : output[i] + 1 }
  }
}

// MARK: - Optimiser

/// Eight or fewer elements of a step; multiplications and additions are not fused.
@inline(__always)
private func adamEight(
  _ step: AdamStep, _ g: SIMD8<Element>, _ rate: SIMD8<Element>, _ decay: SIMD8<Element>,
  _ mean: inout SIMD8<Element>, _ square: inout SIMD8<Element>, _ parameter: inout SIMD8<Element>
) {
  mean = step.decay1 * mean + (1 - step.decay1) * g
  square = step.decay2 * square + (1 - step.decay2) * g * g
  let root = (square * step.correction2).squareRoot() + step.epsilon
  parameter -= step.factor * rate * (mean * step.correction1 / root + decay * parameter)
}

extension KernelSet {
  package static func adam(
    _ count: Int, _ step: AdamStep, gradient: Source, rates: Source, decays: Source,
    mean: Target, square: Target, into parameters: Target
  ) {
    var i = 0
    while i &+ 8 <= count {
      var (m, v, x) = (load8(mean + i), load8(square + i), load8(parameters + i))
      adamEight(step, load8(gradient + i), load8(rates + i), load8(decays + i), &m, &v, &x)
      store8(m, mean + i)
      store8(v, square + i)
      store8(x, parameters + i)
      i &+= 8
    }
    guard i < count else { return }
    let rest = count &- i
    var (m, v, x) = (load(mean + i, rest), load(square + i, rest), load(parameters + i, rest))
    adamEight(
      step, load(gradient + i, rest), load(rates + i, rest), load(decays + i, rest), &m, &v, &x)
    for k in 0..<rest { (mean[i &+ k], square[i &+ k], parameters[i &+ k]) = (m[k], v[k], x[k]) }
  }
}

// MARK: - Reductions

/// The first elements, with zeros behind them.
@inline(__always)
private func load(_ pointer: Source, _ count: Int) -> SIMD8<Element> {
  var result = SIMD8<Element>.zero
  for k in 0..<count { result[k] = pointer[k] }
  return result
}

@inline(__always)
private func store8(_ x: SIMD8<Element>, _ pointer: Target) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: x, as: SIMD8<Element>.self)
}

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

extension KernelSet {
  package static func addRows(_ rows: Int, _ columns: Int, _ x: Source, into y: Target) {
    // Four rows at once: y is read and written a quarter as often.
    var row = 0
    while row &+ 4 <= rows {
      let x0 = x + row &* columns
      let (x1, x2, x3) = (x0 + columns, x0 + 2 &* columns, x0 + 3 &* columns)
      for j in 0..<columns { y[j] = (((y[j] + x0[j]) + x1[j]) + x2[j]) + x3[j] }
      row &+= 4
    }
    while row < rows {
      let line = x + row &* columns
      for j in 0..<columns { y[j] += line[j] }
      row &+= 1
    }
  }
}
