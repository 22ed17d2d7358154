package import KernelInterface

#if FMA && canImport(Glibc)
  internal import Glibc  // `addProduct` may call fma()
#endif

// C = A·B by register blocks: B is packed once into panels of two vectors' width, A is read in
// place by its strides (so a transposed A costs the same), and a block of rows of C stays in
// registers while it runs through the whole depth of a panel.

#if SinglePrecision
  #if AVX512
    private typealias Vector = SIMD16<Float>
  #elseif AVX2
    private typealias Vector = SIMD8<Float>
  #else
    private typealias Vector = SIMD4<Float>
  #endif
#else
  #if AVX512
    private typealias Vector = SIMD8<Double>
  #elseif AVX2
    private typealias Vector = SIMD4<Double>
  #else
    private typealias Vector = SIMD2<Double>
  #endif
#endif

/// Depth is cut into pieces of this size, so that a panel stays in the first-level cache.
private let depthBlock = 256

@inline(__always)
private func multiplyAdd(_ scalar: Element, _ b: Vector, _ c: inout Vector) {
  #if FMA
    c.addProduct(Vector(repeating: scalar), b)
  #else
    c += Vector(repeating: scalar) * b
  #endif
}

/// Loads and stores of whole vectors.
private enum Memory {
  @inline(__always) static func load(_ pointer: Source) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
  }

  @inline(__always) static func store(_ vector: Vector, _ pointer: Target, accumulate: Bool) {
    let raw = UnsafeMutableRawPointer(pointer)
    raw.storeBytes(of: accumulate ? load(pointer) + vector : vector, as: Vector.self)
  }

  /// Stores the first `count` lanes.
  @inline(__always) static func store(
    _ vector: Vector, lanes count: Int, _ pointer: Target, accumulate: Bool
  ) {
    for lane in 0..<count {
      pointer[lane] = accumulate ? pointer[lane] + vector[lane] : vector[lane]
    }
  }
}

/// One row of a register block: as many columns as a panel is wide.
private protocol BlockRow {
  static var width: Int { get }
  init()
  static func load(_ pointer: Source) -> Self
  mutating func addProduct(_ scalar: Element, _ b: Self)
  func store(_ pointer: Target, columns: Int, accumulate: Bool)
}

private struct WideRow: BlockRow {
  @inline(__always) static var width: Int { 2 &* Vector.scalarCount }
  var first = Vector.zero
  var second = Vector.zero

  @inline(__always) init() {}

  @inline(__always) static func load(_ pointer: Source) -> WideRow {
    var row = WideRow()
    row.first = Memory.load(pointer)
    row.second = Memory.load(pointer + Vector.scalarCount)
    return row
  }

  @inline(__always) mutating func addProduct(_ scalar: Element, _ b: WideRow) {
    multiplyAdd(scalar, b.first, &first)
    multiplyAdd(scalar, b.second, &second)
  }

  @inline(__always) func store(_ pointer: Target, columns: Int, accumulate: Bool) {
    Memory.store(first, pointer, accumulate: accumulate)
    let (rest, lanes) = (pointer + Vector.scalarCount, columns &- Vector.scalarCount)
    if columns == Self.width {
      Memory.store(second, rest, accumulate: accumulate)
    } else {
      Memory.store(second, lanes: lanes, rest, accumulate: accumulate)
    }
  }
}

private struct NarrowRow: BlockRow {
  @inline(__always) static var width: Int { Vector.scalarCount }
  var only = Vector.zero

  @inline(__always) init() {}

  @inline(__always) static func load(_ pointer: Source) -> NarrowRow {
    var row = NarrowRow()
    row.only = Memory.load(pointer)
    return row
  }

  @inline(__always) mutating func addProduct(_ scalar: Element, _ b: NarrowRow) {
    multiplyAdd(scalar, b.only, &only)
  }

  @inline(__always) func store(_ pointer: Target, columns: Int, accumulate: Bool) {
    if columns == Self.width {
      Memory.store(only, pointer, accumulate: accumulate)
    } else {
      Memory.store(only, lanes: columns, pointer, accumulate: accumulate)
    }
  }
}

/// Four rows of a register block.
private struct Quad<Row: BlockRow> {
  var r0 = Row()
  var r1 = Row()
  var r2 = Row()
  var r3 = Row()

  @inline(__always) init() {}

  @inline(__always) mutating func addProducts(_ a: Source, _ rowStride: Int, _ b: Row) {
    r0.addProduct(a[0], b)
    r1.addProduct(a[rowStride], b)
    r2.addProduct(a[2 &* rowStride], b)
    r3.addProduct(a[3 &* rowStride], b)
  }

  @inline(__always) func store(_ c: Target, _ x: Block) {
    r0.store(c, columns: x.columns, accumulate: x.accumulate)
    r1.store(c + x.cRowStride, columns: x.columns, accumulate: x.accumulate)
    r2.store(c + 2 &* x.cRowStride, columns: x.columns, accumulate: x.accumulate)
    r3.store(c + 3 &* x.cRowStride, columns: x.columns, accumulate: x.accumulate)
  }
}

/// Where a register block reads A and B and writes C.
private struct Block {
  var depth: Int
  var a: Source
  var rowStride: Int
  var columnStride: Int
  var panel: Source
  var c: Target
  var cRowStride: Int
  /// How many columns of the panel exist in C.
  var columns: Int
  var accumulate: Bool
}

#if AVX512
  /// Rows of the largest register block: 24 accumulators of the 32 registers.
  private let blockRows = 12

  @inline(__always)
  private func multiplyLargest<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
    var (q0, q1, q2) = (Quad<Row>(), Quad<Row>(), Quad<Row>())
    var (a0, panel) = (x.a, x.panel)
    var a1 = a0 + 4 &* x.rowStride
    var a2 = a1 + 4 &* x.rowStride
    for _ in 0..<x.depth {
      let b = Row.load(panel)
      q0.addProducts(a0, x.rowStride, b)
      q1.addProducts(a1, x.rowStride, b)
      q2.addProducts(a2, x.rowStride, b)
      a0 += x.columnStride
      a1 += x.columnStride
      a2 += x.columnStride
      panel += Row.width
    }
    q0.store(x.c, x)
    q1.store(x.c + 4 &* x.cRowStride, x)
    q2.store(x.c + 8 &* x.cRowStride, x)
  }
#else
  /// Rows of the largest register block: 8 accumulators of the 16 registers.
  private let blockRows = 4

  @inline(__always)
  private func multiplyLargest<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
    multiplyFour(x, type)
  }
#endif

@inline(__always)
private func multiplyFour<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
  var quad = Quad<Row>()
  var (a, panel) = (x.a, x.panel)
  for _ in 0..<x.depth {
    quad.addProducts(a, x.rowStride, Row.load(panel))
    a += x.columnStride
    panel += Row.width
  }
  quad.store(x.c, x)
}

@inline(__always)
private func multiplyOne<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
  var row = Row()
  var (a, panel) = (x.a, x.panel)
  for _ in 0..<x.depth {
    row.addProduct(a[0], Row.load(panel))
    a += x.columnStride
    panel += Row.width
  }
  row.store(x.c, columns: x.columns, accumulate: x.accumulate)
}

/// One panel's columns of C, for `rows` rows.
@inline(__always)
private func multiplyPanel<Row: BlockRow>(_ whole: Block, rows: Int, _ type: Row.Type) {
  var block = whole
  var row = 0
  while row < rows {
    let left = rows &- row
    let height = left >= blockRows ? blockRows : (left >= 4 ? 4 : 1)
    if height == blockRows {
      multiplyLargest(block, type)
    } else if height == 4 {
      multiplyFour(block, type)
    } else {
      multiplyOne(block, type)
    }
    block.a += height &* block.rowStride
    block.c += height &* block.cRowStride
    row &+= height
  }
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
    let vector = Vector.scalarCount
    var out = packed
    var start = 0
    while start < depth {
      let length = depth &- start < depthBlock ? depth &- start : depthBlock
      let rows = b + start &* rowStride
      var column = 0
      while column < columns {
        let left = columns &- column
        let width = left > vector ? 2 &* vector : vector
        let used = left < width ? left : width
        let from = rows + column &* columnStride
        for p in 0..<length {
          let (line, to) = (from + p &* rowStride, out + p &* width)
          for j in 0..<used { to[j] = line[j &* columnStride] }
          for j in used..<width { to[j] = 0 }
        }
        out += length &* width
        column &+= width
      }
      start &+= length
    }
  }

  package static func multiplyPacked(
    rows: Int, depth: Int, columns: Int, _ a: Source, rowStride: Int, columnStride: Int,
    packed: Source, into c: Target, rowStride cRowStride: Int, accumulate: Bool
  ) {
    let vector = Vector.scalarCount
    if depth == 0 {
      if !accumulate {
        for i in 0..<rows { for j in 0..<columns { c[i &* cRowStride &+ j] = 0 } }
      }
      return
    }
    var panels = packed
    var start = 0
    while start < depth {
      let length = depth &- start < depthBlock ? depth &- start : depthBlock
      // Rows in groups whose part of A stays in the first-level cache while panels pass by.
      let blocks = 3072 / (length &* blockRows)
      let group = blocks > 1 ? blocks &* blockRows : blockRows
      var row = 0
      while row < rows {
        let height = rows &- row < group ? rows &- row : group
        var panel = panels
        var column = 0
        while column < columns {
          let left = columns &- column
          let width = left > vector ? 2 &* vector : vector
          let block = Block(
            depth: length, a: a + (row &* rowStride &+ start &* columnStride),
            rowStride: rowStride, columnStride: columnStride, panel: panel,
            c: c + (row &* cRowStride &+ column), cRowStride: cRowStride,
            columns: left < width ? left : width, accumulate: accumulate || start > 0)
          if width > vector {
            multiplyPanel(block, rows: height, WideRow.self)
          } else {
            multiplyPanel(block, rows: height, NarrowRow.self)
          }
          panel += length &* width
          column &+= width
        }
        row &+= height
      }
      panels += packedCount(depth: length, columns: columns)
      start &+= length
    }
  }
}
