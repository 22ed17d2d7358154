extension Variable {
  /// The positions `indices` of an axis, in that order and as often as they are named; −1 is the
  /// last axis.
  ///
  /// The axis gets the extent `indices.count`; for a table of indices `[n, k]`, gather its rows one
  /// after the other and reshape.
  ///
  /// VJP: `x̄[…, indices[j], …] += ȳ[…, j, …]`.
  public func gathered(_ indices: [Int], axis: Int) -> Variable {
    let whole = shape
    let axis = whole.axis(axis, of: "gathered")
    let plan = IndexPlan("gathered", tape, Lanes(whole, axis: axis), indices)
    let shape = whole.replacing(axis: axis, with: indices.count)
    let (x, y) = (values, tape.allocate(shape.count))
    y.update(repeating: 0, count: shape.count)
    plan.gather(x, into: y)
    return tape.record("gathered", self, output: y, shape: shape, saving: plan) { context in
      guard let x̄ = context.cotangent(0) else { return }
      context.saved(as: IndexPlan.self).scatter(context.seed, into: x̄)
    }
  }

  /// Adds position j of an axis to position `indices[j]` of an axis of extent `count` that starts at
  /// zero: the transpose of ``gathered(_:axis:)``.
  ///
  /// `y[…, i, …] = Σ_{j : indices[j] = i} x[…, j, …]`, summed in the order of j.
  ///
  /// VJP: `x̄[…, j, …] += ȳ[…, indices[j], …]`.
  public func scatterAdded(_ indices: [Int], count: Int, axis: Int) -> Variable {
    let part = shape
    let axis = part.axis(axis, of: "scatterAdded")
    check(
      indices.count == part[axis],
      "scatterAdded: \(indices.count) indices for axis \(axis) of \(part)")
    let shape = part.replacing(axis: axis, with: count)
    let plan = IndexPlan("scatterAdded", tape, Lanes(shape, axis: axis), indices)
    let (x, y) = (values, tape.allocate(shape.count))
    y.update(repeating: 0, count: shape.count)
    plan.scatter(x, into: y)
    return tape.record("scatterAdded", self, output: y, shape: shape, saving: plan) { context in
      guard let x̄ = context.cotangent(0) else { return }
      context.saved(as: IndexPlan.self).gather(context.seed, into: x̄)
    }
  }
}

/// Positions along the axis of a whole, each the place of one position of a part.
private struct IndexPlan: BitwiseCopyable {
  let lanes: Lanes
  let count: Int
  /// On the tape, so that nothing is allocated from step to step.
  let indices: UnsafeMutablePointer<Int>

  init(_ name: StaticString, _ tape: Tape, _ lanes: Lanes, _ indices: [Int]) {
    self.lanes = lanes
    count = indices.count
    self.indices = tape.allocate(Int.self, indices.count)
    for (j, index) in indices.enumerated() {
      check(
        index >= 0 && index < lanes.extent,
        "\(name): index \(index) at position \(j) of an axis of extent \(lanes.extent)")
      self.indices[j] = index
    }
  }

  /// `part[…, j, …] += whole[…, indices[j], …]`.
  func gather(_ whole: UnsafePointer<Scalar>, into part: UnsafeMutablePointer<Scalar>) {
    let inner = lanes.inner
    for o in 0..<lanes.outer {
      for j in 0..<count {
        let source = whole + (o * lanes.extent + indices[j]) * inner
        let target = part + (o * count + j) * inner
        for i in 0..<inner { target[i] += source[i] }
      }
    }
  }

  /// `whole[…, indices[j], …] += part[…, j, …]`.
  func scatter(_ part: UnsafePointer<Scalar>, into whole: UnsafeMutablePointer<Scalar>) {
    let inner = lanes.inner
    for o in 0..<lanes.outer {
      for j in 0..<count {
        let source = part + (o * count + j) * inner
        let target = whole + (o * lanes.extent + indices[j]) * inner
        for i in 0..<inner { target[i] += source[i] }
      }
    }
  }
}
