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
