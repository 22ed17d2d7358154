package import KernelInterface

// How the matrix product wants B: in panels of two vectors' width (the last one of one vector if
// the rest fits), each panel a contiguous run of rows, padded with zeros.

#if SinglePrecision
  #if AVX512
    typealias Vector = SIMD16<Float>
  #elseif AVX2
    typealias Vector = SIMD8<Float>
  #else
    typealias Vector = SIMD4<Float>
  #endif
#else
  #if AVX512
    typealias Vector = SIMD8<Double>
  #elseif AVX2
    typealias Vector = SIMD4<Double>
  #else
    typealias Vector = SIMD2<Double>
  #endif
#endif

/// Depth is cut into pieces of at most this size, so that a panel and the rows of A that meet it
/// stay in the first-level cache.
let depthBlock = 256

@inline(__always)
private func loadVector(_ pointer: Source) -> Vector {
  UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
}

/// The width of the panel that starts where `left` columns are left.
@inline(__always)
func panelWidth(_ left: Int) -> Int {
  left > Vector.scalarCount ? 2 &* Vector.scalarCount : Vector.scalarCount
}

/// Packs `depth` rows of the `columns` columns of one panel, padded with zeros to `width`.
func packPanel(
  depth: Int, columns: Int, width: Int, _ b: Source, rowStride: Int, columnStride: Int,
  into out: Target
) {
  if columnStride == 1 && columns == width {
    // Whole vectors of a row.
    let vector = Vector.scalarCount
    for p in 0..<depth {
      let (from, to) = (b + p &* rowStride, UnsafeMutableRawPointer(out + p &* width))
      to.storeBytes(of: loadVector(from), as: Vector.self)
      if width > vector {
        to.storeBytes(
          of: loadVector(from + vector), toByteOffset: MemoryLayout<Vector>.stride,
          as: Vector.self)
      }
    }
  } else if rowStride == 1 && columns == width && width >= 4 {
    // A transposed B: blocks of 4 × 4, read and written as vectors; a panel of one vector may be
    // narrower.
    var p = 0
    while p &+ 4 <= depth {
      var j = 0
      while j < width {
        let from = b + (p &+ j &* columnStride)
        let (r0, r1) = (load4(from), load4(from + columnStride))
        let (r2, r3) = (load4(from + 2 &* columnStride), load4(from + 3 &* columnStride))
        let to = out + (p &* width &+ j)
        store4(SIMD4(r0[0], r1[0], r2[0], r3[0]), to)
        store4(SIMD4(r0[1], r1[1], r2[1], r3[1]), to + width)
        store4(SIMD4(r0[2], r1[2], r2[2], r3[2]), to + 2 &* width)
        store4(SIMD4(r0[3], r1[3], r2[3], r3[3]), to + 3 &* width)
        j &+= 4
      }
      p &+= 4
    }
    while p < depth {
      for j in 0..<width { out[p &* width &+ j] = b[p &+ j &* columnStride] }
      p &+= 1
    }
  } else {
    for p in 0..<depth {
      let (line, to) = (b + p &* rowStride, out + p &* width)
      for j in 0..<columns { to[j] = line[j &* columnStride] }
      for j in columns..<width { to[j] = 0 }
    }
  }
}

@inline(__always)
private func load4(_ pointer: Source) -> SIMD4<Element> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Element>.self)
}

@inline(__always)
private func store4(_ vector: SIMD4<Element>, _ pointer: Target) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: SIMD4<Element>.self)
}

extension KernelSet {
  package static func packedCount(depth: Int, columns: Int) -> Int {
    let width = Vector.scalarCount
    return depth &* ((columns &+ width &- 1) / width) &* width
  }

  package static func pack(
    depth: Int, columns: Int, _ b: Source, rowStride: Int, columnStride: Int,
    into packed: Target
  ) {
    var out = packed
    var start = 0
    while start < depth {
      let length = depth &- start < depthBlock ? depth &- start : depthBlock
      let rows = b + start &* rowStride
      var column = 0
      while column < columns {
        let width = panelWidth(columns &- column)
        let used = columns &- column < width ? columns &- column : width
        packPanel(
          depth: length, columns: used, width: width, rows + column &* columnStride,
          rowStride: rowStride, columnStride: columnStride, into: out)
        out += length &* width
        column &+= width
      }
      start &+= length
    }
  }
}
