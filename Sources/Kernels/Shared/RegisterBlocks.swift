internal import CPUFeatures
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

/// Writes `count` lanes of a vector, from lane `skip` on, plus the addend.
@inline(__always)
private func storeVector(
  _ vector: Vector, _ c: Target, _ addend: Source?, lanes count: Int, skip: Int = 0
) {
  if count >= Vector.scalarCount {
    let sum = addend.map { loadVector($0) + vector } ?? vector
    UnsafeMutableRawPointer(c).storeBytes(of: sum, as: Vector.self)
  } else {
    withUnsafePointer(to: vector) { pointer in
      let lanes = UnsafeRawPointer(pointer).assumingMemoryBound(to: Element.self) + skip
      for lane in 0..<count { c[lane] = addend.map { $0[lane] + lanes[lane] } ?? lanes[lane] }
    }
  }
}

/// Where a register block reads A, B and D and writes C.
private struct Block {
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
  /// How many columns are written.
  var columns: Int
  /// The first lane that is written, when the panel overlaps the one before it.
  var skip = 0

  @inline(__always)
  func down(_ rows: Int) -> Block {
    var block = self
    block.a += rows &* rowStride
    block.c += rows &* cRowStride
    block.addend = addend.map { $0 + rows &* addendRowStride }
    return block
  }
}

/// Rows of a register block, each as wide as a panel.
private protocol Rows {
  /// The panel they meet.
  associatedtype Panel
  static var count: Int { get }
  init()
  static func load(_ panel: Source) -> Panel
  /// Adds the products of one column of A with one row of the panel.
  mutating func addProducts(_ a: Source, _ rowStride: Int, _ b: Panel)
  func store(_ x: Block)
}

/// One row, two vectors wide.
private struct WideRow: Rows {
  @inline(__always) static var count: Int { 1 }
  var first = Vector.zero
  var second = Vector.zero

  @inline(__always) init() {}

  @inline(__always) static func load(_ panel: Source) -> (Vector, Vector) {
    (loadVector(panel), loadVector(panel + Vector.scalarCount))
  }

  @inline(__always)
  mutating func addProducts(_ a: Source, _ rowStride: Int, _ b: (Vector, Vector)) {
    multiplyAdd(a[0], b.0, &first)
    multiplyAdd(a[0], b.1, &second)
  }

  @inline(__always) func store(_ x: Block) {
    let vector = Vector.scalarCount
    storeVector(first, x.c, x.addend, lanes: vector)
    storeVector(second, x.c + vector, x.addend.map { $0 + vector }, lanes: x.columns &- vector)
  }
}

/// One row, one vector wide.
private struct NarrowRow: Rows {
  @inline(__always) static var count: Int { 1 }
  var only = Vector.zero

  @inline(__always) init() {}

  @inline(__always) static func load(_ panel: Source) -> Vector { loadVector(panel) }

  @inline(__always) mutating func addProducts(_ a: Source, _ rowStride: Int, _ b: Vector) {
    multiplyAdd(a[0], b, &only)
  }

  @inline(__always) func store(_ x: Block) {
    storeVector(only, x.c, x.addend, lanes: x.columns, skip: x.skip)
  }
}

/// One row, three vectors wide: for the last columns of a product whose B is read in place, where
/// a panel of one vector would be bound by loads.
private struct TripleRow: Rows {
  @inline(__always) static var count: Int { 1 }
  var first = Vector.zero
  var second = Vector.zero
  var third = Vector.zero

  @inline(__always) init() {}

  @inline(__always) static func load(_ panel: Source) -> (Vector, Vector, Vector) {
    (
      loadVector(panel), loadVector(panel + Vector.scalarCount),
      loadVector(panel + 2 &* Vector.scalarCount)
    )
  }

  @inline(__always)
  mutating func addProducts(_ a: Source, _ rowStride: Int, _ b: (Vector, Vector, Vector)) {
    multiplyAdd(a[0], b.0, &first)
    multiplyAdd(a[0], b.1, &second)
    multiplyAdd(a[0], b.2, &third)
  }

  @inline(__always) func store(_ x: Block) {
    let (vector, own) = (Vector.scalarCount, Vector.scalarCount &- x.skip)
    storeVector(first, x.c, x.addend, lanes: own, skip: x.skip)
    storeVector(second, x.c + own, x.addend.map { $0 + own }, lanes: vector)
    storeVector(
      third, x.c + (own &+ vector), x.addend.map { $0 + (own &+ vector) }, lanes: vector)
  }
}

/// Some rows above others.
private struct Stack<Upper: Rows, Lower: Rows>: Rows where Upper.Panel == Lower.Panel {
  @inline(__always) static var count: Int { Upper.count &+ Lower.count }
  var upper = Upper()
  var lower = Lower()

  @inline(__always) init() {}

  @inline(__always) static func load(_ panel: Source) -> Upper.Panel { Upper.load(panel) }

  @inline(__always)
  mutating func addProducts(_ a: Source, _ rowStride: Int, _ b: Upper.Panel) {
    upper.addProducts(a, rowStride, b)
    lower.addProducts(a + Upper.count &* rowStride, rowStride, b)
  }

  @inline(__always) func store(_ x: Block) {
    upper.store(x)
    lower.store(x.down(Upper.count))
  }
}

private typealias Two<Row: Rows> = Stack<Row, Row>
private typealias Four<Row: Rows> = Stack<Two<Row>, Two<Row>>
private typealias Six<Row: Rows> = Stack<Four<Row>, Two<Row>>
private typealias Eight<Row: Rows> = Stack<Four<Row>, Four<Row>>
private typealias Ten<Row: Rows> = Stack<Six<Row>, Four<Row>>
private typealias Twelve<Row: Rows> = Stack<Six<Row>, Six<Row>>

/// Pairs of rows of the largest block. With a panel of two vectors it has 24 accumulators of 32
/// registers, 12 of 16, or, because a product that is not fused needs a register too, 8 of 16.
#if AVX512
  private let mostPairs = 6
  private let mostTriplePairs = 4
#elseif AVX2
  private let mostPairs = 3
  private let mostTriplePairs = 2
#else
  private let mostPairs = 2
  private let mostTriplePairs = 1
#endif

/// Rows of the largest block.
let blockRows = 2 &* mostPairs

/// What a register block does between two columns of A.
private protocol Interleaved {
  mutating func step()
}

private struct NothingInterleaved: Interleaved {
  @inline(__always) mutating func step() {}
}

/// Memory to ask for, spread over the columns of A that pass by in a whole product: asked for at
/// once, it would wait for itself.
struct Request: Interleaved {
  private var next: UnsafeRawPointer
  /// Bytes per column; below a cache line some lines are asked for twice.
  private let stride: Int

  @inline(__always)
  init(_ ahead: MemoryAhead, rows: Int, depth: Int, columns: Int) {
    let panel = 2 &* Vector.scalarCount
    let blocks = ((rows &+ blockRows &- 1) / blockRows) &* ((columns &+ panel &- 1) / panel)
    next = ahead.start
    stride = ahead.byteCount / (blocks &* depth &+ 1) &+ 1
  }

  @inline(__always) mutating func step() {
    keel_prefetch_for_later(next)
    next += stride
  }
}

@inline(__always)
private func multiply<Height: Rows, Between: Interleaved>(
  _ x: Block, _ between: inout Between, _ type: Height.Type
) {
  var rows = Height()
  // A copy of its own stays in registers.
  var (a, panel, local) = (x.a, x.panel, between)
  for _ in 0..<x.depth {
    rows.addProducts(a, x.rowStride, Height.load(panel))
    local.step()
    a += x.columnStride
    panel += x.panelStride
  }
  between = local
  rows.store(x)
}

/// One panel's columns of C, for `rows` rows, in blocks as equal as pairs of rows allow: a low
/// block has too few accumulators to hide the latency of an addition.
@inline(__always)
private func multiplyPanel<Row: Rows, Between: Interleaved>(
  _ whole: Block, rows: Int, mostPairs most: Int, _ between: inout Between, _ row: Row.Type
) {
  var block = whole
  var pairs = rows / 2
  var blocks = (pairs &+ most &- 1) / most
  while blocks > 0 {
    let height = (pairs &+ blocks &- 1) / blocks
    switch height {
    #if AVX512
      case 6: multiply(block, &between, Twelve<Row>.self)
      case 5: multiply(block, &between, Ten<Row>.self)
      case 4: multiply(block, &between, Eight<Row>.self)
    #endif
    #if AVX512 || AVX2
      case 3: multiply(block, &between, Six<Row>.self)
    #endif
    case 2: multiply(block, &between, Four<Row>.self)
    default: multiply(block, &between, Two<Row>.self)
    }
    block = block.down(2 &* height)
    pairs &-= height
    blocks &-= 1
  }
  if rows & 1 == 1 { multiply(block, &between, Row.self) }
}

// Not inlined into their callers: each is one loop nest with registers of its own.

@inline(never)
private func multiplyWidePanel(_ block: Block, rows: Int) {
  var none = NothingInterleaved()
  multiplyPanel(block, rows: rows, mostPairs: mostPairs, &none, WideRow.self)
}

@inline(never)
private func multiplyWidePanel(_ block: Block, rows: Int, _ request: inout Request) {
  multiplyPanel(block, rows: rows, mostPairs: mostPairs, &request, WideRow.self)
}

@inline(never)
private func multiplyTriplePanel(_ block: Block, rows: Int) {
  var none = NothingInterleaved()
  multiplyPanel(block, rows: rows, mostPairs: mostTriplePairs, &none, TripleRow.self)
}

@inline(never)
private func multiplyNarrowPanel(_ block: Block, rows: Int) {
  var none = NothingInterleaved()
  multiplyPanel(block, rows: rows, mostPairs: mostPairs, &none, NarrowRow.self)
}

// MARK: - Rows and columns

/// Elements of A that pass by a group of panels together.
private let rowGroupElements = 3072

/// A product within one piece of the depth and one group of columns.
func multiplyGroup(
  rows: Int, depth: Int, columns: Int, _ a: Source, _ rowStride: Int, _ columnStride: Int,
  panels: Source, into c: Target, _ cRowStride: Int, adding addend: Source?,
  _ addendRowStride: Int, _ request: inout Request?
) {
  // Rows of A that pass by all panels together: their part of A stays in the first-level cache.
  let blocks = rowGroupElements / (depth &* blockRows)
  let group = blocks > 1 ? blocks &* blockRows : blockRows
  var row = 0
  while row < rows {
    let height = rows &- row < group ? rows &- row : group
    var column = 0
    while column < columns {
      let width = panelWidth(columns &- column)
      let block = Block(
        depth: depth, a: a + row &* rowStride, rowStride: rowStride, columnStride: columnStride,
        panel: panels + column &* depth, panelStride: width,
        c: c + (row &* cRowStride &+ column), cRowStride: cRowStride,
        addend: addend.map { $0 + (row &* addendRowStride &+ column) },
        addendRowStride: addendRowStride,
        columns: columns &- column < width ? columns &- column : width)
      if width <= Vector.scalarCount {
        multiplyNarrowPanel(block, rows: height)
      } else if var asking = request {
        multiplyWidePanel(block, rows: height, &asking)
        request = asking
      } else {
        multiplyWidePanel(block, rows: height)
      }
      column &+= width
    }
    row &+= height
  }
}

/// A product whose B is read in place: worth it when the panels are read a few times only, or lie
/// close together.
func multiplyInPlace(
  rows: Int, depth: Int, columns: Int, _ a: Source, _ rowStride: Int, _ columnStride: Int,
  _ b: Source, _ bRowStride: Int, scratch: Target, into c: Target, _ cRowStride: Int,
  accumulate: Bool
) {
  let vector = Vector.scalarCount
  var column = 0
  while column < columns {
    let left = columns &- column
    // Two panels' rest and a little more make one panel, over columns already done if need be.
    let isTriple =
      left > 2 &* vector && left <= 3 &* vector && columns >= 3 &* vector
      && rows > 1
    let width = isTriple ? 3 &* vector : left >= 2 &* vector ? 2 &* vector : vector
    var block = Block(
      depth: depth, a: a, rowStride: rowStride, columnStride: columnStride,
      panel: b + column, panelStride: bRowStride, c: c + column, cRowStride: cRowStride,
      addend: accumulate ? Source(c + column) : nil, addendRowStride: cRowStride,
      columns: left < width ? left : width)
    if left < width && columns >= width {
      // It would reach past the end of a row: it starts earlier, over columns already done. Without
      // an addend these are written again, with the same bits.
      let back = width &- left
      block.panel -= back
      if accumulate {
        block.skip = back
      } else {
        block.c -= back
        block.columns = width
      }
    } else if left < vector {
      packPanel(
        depth: depth, columns: left, width: vector, b + column, rowStride: bRowStride,
        columnStride: 1, into: scratch)
      block.panel = Source(scratch)
      block.panelStride = vector
    }
    if isTriple {
      multiplyTriplePanel(block, rows: rows)
    } else if width > vector {
      multiplyWidePanel(block, rows: rows)
    } else {
      multiplyNarrowPanel(block, rows: rows)
    }
    column &+= width
  }
}
