package import KernelInterface

#if FMA && canImport(Glibc)
  internal import Glibc  // `addProduct` may call fma()
#endif

// Loops over the short rows of a matrix: one call for all rows, and eight elements at a time without the
// checks for overlap that a vectorised loop over several arrays begins with, once per row.
// Helpers are private here as in the other files: debug builds compile file by file, and do not inline what
// another file has (shared, they cost a third of a decision's time).

@inline(__always)
private func load8(_ pointer: Source) -> SIMD8<Element> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Element>.self)
}

@inline(__always)
private func store8(_ x: SIMD8<Element>, _ pointer: Target) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: x, as: SIMD8<Element>.self)
}

@inline(__always)
private func splat(_ x: Element) -> SIMD8<Element> { SIMD8(repeating: x) }

/// `a·b + c`, fused where the instruction set has it.
@inline(__always)
private func multiplyAdd(
  _ a: SIMD8<Element>, _ b: SIMD8<Element>, _ c: SIMD8<Element>
) -> SIMD8<Element> {
  #if FMA
    c.addingProduct(a, b)
  #else
    c + a * b
  #endif
}

@inline(__always)
private func multiplyAdd(_ a: Element, _ b: Element, _ c: Element) -> Element {
  #if FMA
    c.addingProduct(a, b)
  #else
    c + a * b
  #endif
}

extension KernelSet {
  package static func normalizeRows(
    _ rows: Int, _ columns: Int, _ x: Source, epsilon: Element, scales: Target, into z: Target
  ) {
    for row in 0..<rows {
      let (x, z) = (x + row &* columns, z + row &* columns)
      let mean = sum(columns, x) / Element(columns)
      var j = 0
      while j &+ 8 <= columns {
        store8(load8(x + j) - splat(mean), z + j)
        j &+= 8
      }
      while j < columns {
        z[j] = x[j] - mean
        j &+= 1
      }
      let scale = 1 / (dot(columns, z, z) / Element(columns) + epsilon).squareRoot()
      scales[row] = scale
      j = 0
      while j &+ 8 <= columns {
        store8(load8(z + j) * splat(scale), z + j)
        j &+= 8
      }
      while j < columns {
        z[j] *= scale
        j &+= 1
      }
    }
  }

  package static func pullBackNormalizedRows(
    _ rows: Int, _ columns: Int, output z: Source, scales: Source, _ u: Target
  ) {
    for row in 0..<rows {
      let (z, u) = (z + row &* columns, u + row &* columns)
      let (mean, slope) = (
        sum(columns, u) / Element(columns), dot(columns, u, z) / Element(columns)
      )
      let scale = scales[row]
      var j = 0
      while j &+ 8 <= columns {
        store8(
          splat(scale) * (load8(u + j) - splat(mean) - load8(z + j) * splat(slope)), u + j)
        j &+= 8
      }
      while j < columns {
        u[j] = scale * (u[j] - mean - z[j] * slope)
        j &+= 1
      }
    }
  }

  package static func scaleAndShiftRows(
    _ rows: Int, _ columns: Int, _ x: Source, gain: Source, bias: Source, into y: Target
  ) {
    for row in 0..<rows {
      let (x, y) = (x + row &* columns, y + row &* columns)
      var j = 0
      while j &+ 8 <= columns {
        store8(load8(gain + j) * load8(x + j) + load8(bias + j), y + j)
        j &+= 8
      }
      while j < columns {
        y[j] = gain[j] * x[j] + bias[j]
        j &+= 1
      }
    }
  }

  package static func lineRows(
    _ rows: Int, _ columns: Int, _ x: Source, stride: Int, slope: Source, offset: Source,
    into y: Target
  ) {
    for row in 0..<rows {
      let (value, y) = (x[row &* stride], y + row &* columns)
      var j = 0
      while j &+ 8 <= columns {
        store8(splat(value) * load8(slope + j) + load8(offset + j), y + j)
        j &+= 8
      }
      while j < columns {
        y[j] = value * slope[j] + offset[j]
        j &+= 1
      }
    }
  }

  package static func multiplyRows(
    _ rows: Int, _ columns: Int, _ x: Source, _ w: Source, into y: Target
  ) {
    for row in 0..<rows {
      let (x, y) = (x + row &* columns, y + row &* columns)
      var j = 0
      while j &+ 8 <= columns {
        store8(load8(x + j) * load8(w + j), y + j)
        j &+= 8
      }
      while j < columns {
        y[j] = x[j] * w[j]
        j &+= 1
      }
    }
  }

  package static func addColumnProducts(
    _ rows: Int, _ columns: Int, _ x: Source, _ y: Source, into z: Target
  ) {
    // Eight columns at a time: their sums stay in a register.
    var j = 0
    while j &+ 8 <= columns {
      var total = load8(z + j)
      for row in 0..<rows {
        total = multiplyAdd(
          load8(x + (row &* columns &+ j)), load8(y + (row &* columns &+ j)), total)
      }
      store8(total, z + j)
      j &+= 8
    }
    while j < columns {
      var total = z[j]
      for row in 0..<rows {
        total = multiplyAdd(x[row &* columns &+ j], y[row &* columns &+ j], total)
      }
      z[j] = total
      j &+= 1
    }
  }

  package static func addScaledRows(
    _ rows: Int, _ columns: Int, _ alpha: Source, stride: Int, _ x: Source, sharing: Int,
    into y: Target
  ) {
    for row in 0..<rows {
      let (value, y) = (alpha[row &* stride], y + row &* columns)
      let x = x + (sharing == 1 ? row : row / sharing) &* columns
      var j = 0
      while j &+ 8 <= columns {
        store8(multiplyAdd(splat(value), load8(x + j), load8(y + j)), y + j)
        j &+= 8
      }
      while j < columns {
        y[j] = multiplyAdd(value, x[j], y[j])
        j &+= 1
      }
    }
  }

  package static func addRowProducts(
    _ rows: Int, _ columns: Int, _ x: Source, _ w: Source, sharing: Int, into y: Target,
    stride: Int
  ) {
    for row in 0..<rows {
      let w = w + (sharing == 1 ? row : row / sharing) &* columns
      y[row &* stride] += dot(columns, x + row &* columns, w)
    }
  }
}
