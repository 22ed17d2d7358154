package import KernelInterface

// C = D + A·B: the depth is cut so that a panel of B stays in the first-level cache, the columns so
// that the packed panels stay in the second-level cache, and rows of A pass by in groups. Each piece
// is computed by the register blocks.

/// Columns are cut into groups whose packed panels take at most this many elements (256 KiB in
/// double precision), so that they stay in the second-level cache while rows of A pass by.
private let groupElements = 32_768

/// Elements of A that pass by a group of panels together.
private let rowGroupElements = 3072

/// The largest depth × columns whose B is read in place.
private let smallProduct = 4096

/// Columns of a group at a depth: whole panels.
@inline(__always)
private func groupColumns(_ depth: Int) -> Int {
  let panel = 2 &* Vector.scalarCount
  return groupElements / (depth &* panel) &* panel
}

/// A product within one piece of the depth and one group of columns.
private func multiplyGroup(
  rows: Int, depth: Int, columns: Int, _ a: Source, _ rowStride: Int, _ columnStride: Int,
  panels: Source, into c: Target, _ cRowStride: Int, adding addend: Source?,
  _ addendRowStride: Int
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
      if width > Vector.scalarCount {
        multiplyWidePanel(block, rows: height)
      } else {
        multiplyNarrowPanel(block, rows: height)
      }
      column &+= width
    }
    row &+= height
  }
}

/// A product whose B is read in place: worth it when the panels are read a few times only, or lie
/// close together.
private func multiplyInPlace(
  rows: Int, depth: Int, columns: Int, _ a: Source, _ rowStride: Int, _ columnStride: Int,
  _ b: Source, _ bRowStride: Int, scratch: Target, into c: Target, _ cRowStride: Int,
  accumulate: Bool
) {
  let vector = Vector.scalarCount
  var column = 0
  while column < columns {
    let left = columns &- column
    let width = left >= 2 &* vector ? 2 &* vector : vector
    var block = Block(
      depth: depth, a: a, rowStride: rowStride, columnStride: columnStride,
      panel: b + column, panelStride: bRowStride, c: c + column, cRowStride: cRowStride,
      addend: accumulate ? Source(c + column) : nil, addendRowStride: cRowStride,
      columns: left < width ? left : width)
    if left < vector {
      // A vector would reach past the end of the last row: the tail alone is packed.
      packPanel(
        depth: depth, columns: left, width: vector, b + column, rowStride: bRowStride,
        columnStride: 1, into: scratch)
      block.panel = Source(scratch)
      block.panelStride = vector
    }
    if width > vector {
      multiplyWidePanel(block, rows: rows)
    } else {
      multiplyNarrowPanel(block, rows: rows)
    }
    column &+= width
  }
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
    rowStride addendRowStride: Int
  ) {
    guard depth > 0 else {
      return copyAddend(
        rows: rows, columns: columns, into: c, cRowStride, adding: addend, addendRowStride)
    }
    var panels = packed
    var start = 0
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
          into: c + column, cRowStride, adding: d.map { $0 + column }, dRowStride)
        column &+= group
      }
      panels += packedCount(depth: length, columns: columns)
      start &+= length
    }
  }

  package static func scratchCount(depth: Int, columns: Int) -> Int {
    guard depth > 0 else { return 0 }
    let length = depth < depthBlock ? depth : depthBlock
    let group = groupColumns(length)
    return packedCount(depth: length, columns: columns < group ? columns : group)
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
          adding: addend.map { $0 + column }, cRowStride)
        column &+= width
      }
      start &+= length
    }
  }
}
