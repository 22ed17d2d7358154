extension Variable {
  /// Positions `range` of an axis; −1 is the last axis.
  ///
  /// Along the first axis (or if all axes before have extent 1) nothing is copied.
  ///
  /// VJP: `x̄[…, range, …] += ȳ`.
  public func slice(_ range: Range<Int>, axis: Int) -> Variable {
    let whole = shape
    let axis = whole.axis(axis, of: "slice")
    check(
      range.lowerBound >= 0 && range.upperBound <= whole[axis],
      "slice: positions \(range) of axis \(axis) of \(whole)")
    return cut(range, axis, whole.replacing(axis: axis, with: range.count))
  }

  /// Position `index` of an axis, which disappears; −1 is the last axis.
  ///
  /// VJP: `x̄[…, index, …] += ȳ`.
  public func slice(at index: Int, axis: Int) -> Variable {
    let whole = shape
    let axis = whole.axis(axis, of: "slice")
    check(
      index >= 0 && index < whole[axis], "slice: position \(index) of axis \(axis) of \(whole)")
    return cut(index..<index + 1, axis, whole.removing(axis: axis))
  }

  /// Consecutive parts of the given extents along an axis, which they fill; −1 is the last axis.
  ///
  /// VJP: that of the slices.
  public func split(into extents: [Int], axis: Int) -> [Variable] {
    let total = extents.reduce(0, +)
    let extent = shape[shape.axis(axis, of: "split")]
    check(
      total == extent && extents.allSatisfy { $0 >= 0 },
      "split: parts \(extents) of axis \(axis) of \(shape)")
    var start = 0
    return extents.map { extent in
      defer { start += extent }
      return slice(start..<start + extent, axis: axis)
    }
  }

  private func cut(_ range: Range<Int>, _ axis: Int, _ shape: Shape) -> Variable {
    let block = AxisBlock(
      Lanes(self.shape, axis: axis), position: range.lowerBound, count: range.count)
    guard block.outer > 1 else { return view("slice", offset: block.offset, shape) }
    let y = tape.allocate(shape.count)
    block.copy(from: values, to: y)
    return tape.record("slice", self, output: y, shape: shape, saving: block) { context in
      guard let x̄ = context.cotangent(0) else { return }
      context.saved(as: AxisBlock.self).add(part: context.seed, to: x̄)
    }
  }
}
