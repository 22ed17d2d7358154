package import KernelInterface

// C = D + A·B: the depth is cut so that a panel of B stays in the first-level cache, the columns so
// that the packed panels stay in the second-level cache, and rows of A pass by in groups. Each piece
// is computed by the register blocks.

/// Columns are cut into groups whose packed panels take at most this many elements (256 KiB in
/// double precision), so that they stay in the second-level cache while rows of A pass by.
private let groupElements = 32_768

/// The largest depth × columns whose B is read in place.
private let smallProduct = 4096

/// Columns of a group at a depth: whole panels.
@inline(__always)
private func groupColumns(_ depth: Int) -> Int {
  let panel = 2 &* Vector.scalarCount
  return groupElements / (depth &* panel) &* panel
}

/// `C = D`, the product of an empty depth.
private func copyAddend(
  rows: Int, columns: Int, into c: Target, _ cRowStride: Int, adding addend: Source?,
  _ addendRowStride: Int
) {
  for i in 0..<rows {
    let (line, d) = (c + i &* cRowStride, addend.map { $0 + i &* addendRowStride })
    for j in 0..<columns { line[j] = d.map { $0[j] } ?? 0 }
  }
}

extension KernelSet {
  package static func multiplyPacked(
    rows: Int, depth: Int, columns: Int, _ a: Source, rowStride: Int, columnStride: Int,
    packed: Source, into c: Target, rowStride cRowStride: Int, adding addend: Source?,
    rowStride addendRowStride: Int, ahead: MemoryAhead?
  ) {
    guard depth > 0 else {
      return copyAddend(
        rows: rows, columns: columns, into: c, cRowStride, adding: addend, addendRowStride)
    }
    var panels = packed
    var start = 0
    var request = ahead.map { Request($0, rows: rows, depth: depth, columns: columns) }
    while start < depth {
      let length = depth &- start < depthBlock ? depth &- start : depthBlock
      // From the second piece of the depth on, what the first ones left in C is added.
      let (d, dRowStride) = start == 0 ? (addend, addendRowStride) : (Source(c), cRowStride)
      let group = groupColumns(length)
      var column = 0
      while column < columns {
        multiplyGroup(
          rows: rows, depth: length,
          columns: columns &- column < group ? columns &- column : group,
          a + start &* columnStride, rowStride, columnStride, panels: panels + column &* length,
          into: c + column, cRowStride, adding: d.map { $0 + column }, dRowStride, &request)
        column &+= group
      }
      panels += packedCount(depth: length, columns: columns)
      start &+= length
    }
  }

  package static func scratchCount(depth: Int, columns: Int) -> Int {
    guard depth > 0 else { return 0 }
    let length = depth < depthBlock ? depth : depthBlock
    // No group takes more, at this depth or at a smaller one, whose groups may have more columns: room for a
    // depth is room for all below it.
    let whole = packedCount(depth: length, columns: columns)
    return whole < groupElements ? whole : groupElements
  }

  package static func multiply(
    rows: Int, depth: Int, columns: Int, _ a: Source, rowStride: Int, columnStride: Int,
    _ b: Source, rowStride bRowStride: Int, columnStride bColumnStride: Int, scratch: Target,
    into c: Target, rowStride cRowStride: Int, accumulate: Bool
  ) {
    guard depth > 0 else {
      return copyAddend(
        rows: rows, columns: columns, into: c, cRowStride, adding: accumulate ? Source(c) : nil,
        cRowStride)
    }
    let isSmall = depth &* columns <= smallProduct || rows <= 2 &* blockRows
    if bColumnStride == 1 && depth <= depthBlock && isSmall {
      return multiplyInPlace(
        rows: rows, depth: depth, columns: columns, a, rowStride, columnStride, b, bRowStride,
        scratch: scratch, into: c, cRowStride, accumulate: accumulate)
    }
    var start = 0
    var nothing: Request?
    while start < depth {
      let length = depth &- start < depthBlock ? depth &- start : depthBlock
      let addend: Source? = accumulate || start > 0 ? Source(c) : nil
      let group = groupColumns(length)
      var column = 0
      while column < columns {
        // Packed group by group, so that the panels are still in the cache when they are read.
        let width = columns &- column < group ? columns &- column : group
        pack(
          depth: length, columns: width, b + (start &* bRowStride &+ column &* bColumnStride),
          rowStride: bRowStride, columnStride: bColumnStride, into: scratch)
        multiplyGroup(
          rows: rows, depth: length, columns: width, a + start &* columnStride, rowStride,
          columnStride, panels: Source(scratch), into: c + column, cRowStride,
          adding: addend.map { $0 + column }, cRowStride, &nothing)
        column &+= width
      }
      start &+= length
    }
  }
}
