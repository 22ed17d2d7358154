internal import KernelInterface

#if FMA && canImport(Glibc)
  internal import Glibc  // `addProduct` may call fma()
#endif

// The innermost loops of C = D + A·B. B comes in panels of two vectors' width; A is read in place by
// its strides, so that a transposed A costs the same; a block of rows of C stays in registers while
// it runs through the whole depth of a panel. The height of a block is what the instruction set
// has registers for.

@inline(__always)
private func multiplyAdd(_ scalar: Element, _ b: Vector, _ c: inout Vector) {
  #if FMA
    c.addProduct(Vector(repeating: scalar), b)
  #else
    c += Vector(repeating: scalar) * b
  #endif
}

@inline(__always)
private func loadVector(_ pointer: Source) -> Vector {
  UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
}

/// Writes the first `count` lanes of a vector plus the addend.
@inline(__always)
private func storeVector(_ vector: Vector, _ c: Target, _ addend: Source?, lanes count: Int) {
  if count >= Vector.scalarCount {
    let sum = addend.map { loadVector($0) + vector } ?? vector
    UnsafeMutableRawPointer(c).storeBytes(of: sum, as: Vector.self)
  } else {
    withUnsafePointer(to: vector) { pointer in
      let lanes = UnsafeRawPointer(pointer).assumingMemoryBound(to: Element.self)
      for lane in 0..<count { c[lane] = addend.map { $0[lane] + lanes[lane] } ?? lanes[lane] }
    }
  }
}

/// Where a register block reads A, B and D and writes C.
struct Block {
  var depth: Int
  var a: Source
  var rowStride: Int
  var columnStride: Int
  var panel: Source
  var panelStride: Int
  var c: Target
  var cRowStride: Int
  /// What is added to the product; nil adds nothing.
  var addend: Source?
  var addendRowStride: Int
  /// How many columns of the panel exist in C.
  var columns: Int

  @inline(__always)
  mutating func advance(rows: Int) {
    a += rows &* rowStride
    c += rows &* cRowStride
    if let d = addend { addend = d + rows &* addendRowStride }
  }
}

/// One row of a register block: as many columns as a panel is wide.
private protocol BlockRow {
  static var width: Int { get }
  init()
  init(_ pointer: Source)
  mutating func addProduct(_ scalar: Element, _ b: Self)
  func store(_ c: Target, _ addend: Source?, columns: Int)
}

private struct WideRow: BlockRow {
  @inline(__always) static var width: Int { 2 &* Vector.scalarCount }
  var first: Vector
  var second: Vector

  @inline(__always) init() {
    first = .zero
    second = .zero
  }

  @inline(__always) init(_ pointer: Source) {
    first = loadVector(pointer)
    second = loadVector(pointer + Vector.scalarCount)
  }

  @inline(__always) mutating func addProduct(_ scalar: Element, _ b: WideRow) {
    multiplyAdd(scalar, b.first, &first)
    multiplyAdd(scalar, b.second, &second)
  }

  @inline(__always) func store(_ c: Target, _ addend: Source?, columns: Int) {
    let vector = Vector.scalarCount
    storeVector(first, c, addend, lanes: vector)
    storeVector(second, c + vector, addend.map { $0 + vector }, lanes: columns &- vector)
  }
}

private struct NarrowRow: BlockRow {
  @inline(__always) static var width: Int { Vector.scalarCount }
  var only: Vector

  @inline(__always) init() { only = .zero }

  @inline(__always) init(_ pointer: Source) { only = loadVector(pointer) }

  @inline(__always) mutating func addProduct(_ scalar: Element, _ b: NarrowRow) {
    multiplyAdd(scalar, b.only, &only)
  }

  @inline(__always) func store(_ c: Target, _ addend: Source?, columns: Int) {
    storeVector(only, c, addend, lanes: columns)
  }
}

/// Two rows of a register block.
private struct Pair<Row: BlockRow> {
  var upper = Row()
  var lower = Row()

  @inline(__always) init() {}

  @inline(__always) mutating func addProducts(_ a: Source, _ rowStride: Int, _ b: Row) {
    upper.addProduct(a[0], b)
    lower.addProduct(a[rowStride], b)
  }

  /// Writes the rows `2·index` and `2·index + 1` of the block.
  @inline(__always) func store(_ x: Block, _ index: Int) {
    let row = 2 &* index
    let c = x.c + row &* x.cRowStride
    let addend = x.addend.map { $0 + row &* x.addendRowStride }
    upper.store(c, addend, columns: x.columns)
    lower.store(c + x.cRowStride, addend.map { $0 + x.addendRowStride }, columns: x.columns)
  }
}

#if AVX512
  /// Rows of the largest register block: 24 accumulators of the 32 registers.
  let blockRows = 12

  @inline(__always)
  private func multiplyTwelve<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
    var (p0, p1, p2) = (Pair<Row>(), Pair<Row>(), Pair<Row>())
    var (p3, p4, p5) = (Pair<Row>(), Pair<Row>(), Pair<Row>())
    let (stride, two) = (x.rowStride, 2 &* x.rowStride)
    var (a, panel) = (x.a, x.panel)
    var a2 = a + 2 &* two
    var a4 = a2 + 2 &* two
    for _ in 0..<x.depth {
      let b = Row(panel)
      p0.addProducts(a, stride, b)
      p1.addProducts(a + two, stride, b)
      p2.addProducts(a2, stride, b)
      p3.addProducts(a2 + two, stride, b)
      p4.addProducts(a4, stride, b)
      p5.addProducts(a4 + two, stride, b)
      a += x.columnStride
      a2 += x.columnStride
      a4 += x.columnStride
      panel += x.panelStride
    }
    p0.store(x, 0)
    p1.store(x, 1)
    p2.store(x, 2)
    p3.store(x, 3)
    p4.store(x, 4)
    p5.store(x, 5)
  }

  @inline(__always)
  private func multiplyEight<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
    var (p0, p1, p2, p3) = (Pair<Row>(), Pair<Row>(), Pair<Row>(), Pair<Row>())
    let (stride, two) = (x.rowStride, 2 &* x.rowStride)
    var (a, panel) = (x.a, x.panel)
    var a2 = a + 2 &* two
    for _ in 0..<x.depth {
      let b = Row(panel)
      p0.addProducts(a, stride, b)
      p1.addProducts(a + two, stride, b)
      p2.addProducts(a2, stride, b)
      p3.addProducts(a2 + two, stride, b)
      a += x.columnStride
      a2 += x.columnStride
      panel += x.panelStride
    }
    p0.store(x, 0)
    p1.store(x, 1)
    p2.store(x, 2)
    p3.store(x, 3)
  }
#elseif AVX2
  /// Rows of the largest register block: 12 accumulators of the 16 registers.
  let blockRows = 6

  @inline(__always)
  private func multiplySix<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
    var (p0, p1, p2) = (Pair<Row>(), Pair<Row>(), Pair<Row>())
    let (stride, two) = (x.rowStride, 2 &* x.rowStride)
    var (a, panel) = (x.a, x.panel)
    var a2 = a + 2 &* two
    for _ in 0..<x.depth {
      let b = Row(panel)
      p0.addProducts(a, stride, b)
      p1.addProducts(a + two, stride, b)
      p2.addProducts(a2, stride, b)
      a += x.columnStride
      a2 += x.columnStride
      panel += x.panelStride
    }
    p0.store(x, 0)
    p1.store(x, 1)
    p2.store(x, 2)
  }
#else
  /// Rows of the largest register block: 8 accumulators of the 16 registers, because a product
  /// that is not fused needs one more.
  let blockRows = 4
#endif

@inline(__always)
private func multiplyFour<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
  var (p0, p1) = (Pair<Row>(), Pair<Row>())
  let (stride, two) = (x.rowStride, 2 &* x.rowStride)
  var (a, panel) = (x.a, x.panel)
  for _ in 0..<x.depth {
    let b = Row(panel)
    p0.addProducts(a, stride, b)
    p1.addProducts(a + two, stride, b)
    a += x.columnStride
    panel += x.panelStride
  }
  p0.store(x, 0)
  p1.store(x, 1)
}

@inline(__always)
private func multiplyTwo<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
  var pair = Pair<Row>()
  var (a, panel) = (x.a, x.panel)
  for _ in 0..<x.depth {
    pair.addProducts(a, x.rowStride, Row(panel))
    a += x.columnStride
    panel += x.panelStride
  }
  pair.store(x, 0)
}

@inline(__always)
private func multiplyOne<Row: BlockRow>(_ x: Block, _ type: Row.Type) {
  var row = Row()
  var (a, panel) = (x.a, x.panel)
  for _ in 0..<x.depth {
    row.addProduct(a[0], Row(panel))
    a += x.columnStride
    panel += x.panelStride
  }
  row.store(x.c, x.addend, columns: x.columns)
}

/// One panel's columns of C, for `rows` rows.
@inline(__always)
private func multiplyPanel<Row: BlockRow>(_ whole: Block, rows: Int, _ type: Row.Type) {
  var block = whole
  var left = rows
  #if AVX512
    while left >= 12 {
      multiplyTwelve(block, type)
      block.advance(rows: 12)
      left &-= 12
    }
    if left >= 8 {
      multiplyEight(block, type)
      block.advance(rows: 8)
      left &-= 8
    }
  #elseif AVX2
    while left >= 6 {
      multiplySix(block, type)
      block.advance(rows: 6)
      left &-= 6
    }
  #endif
  while left >= 4 {
    multiplyFour(block, type)
    block.advance(rows: 4)
    left &-= 4
  }
  if left >= 2 {
    multiplyTwo(block, type)
    block.advance(rows: 2)
    left &-= 2
  }
  if left == 1 { multiplyOne(block, type) }
}

// Not inlined into their callers: each is one loop nest with registers of its own.

@inline(never)
func multiplyWidePanel(_ block: Block, rows: Int) {
  multiplyPanel(block, rows: rows, WideRow.self)
}

@inline(never)
func multiplyNarrowPanel(_ block: Block, rows: Int) {
  multiplyPanel(block, rows: rows, NarrowRow.self)
}
