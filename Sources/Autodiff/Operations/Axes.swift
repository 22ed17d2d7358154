extension Variable {
  /// The same elements with the axes in another order: axis k of the result is axis `axes[k]`.
  ///
  /// VJP: `x̄ += ȳ` with the axes in the old order.
  public func permuted(_ axes: [Int]) -> Variable {
    let plan = Permutation(shape, axes)
    let (x, y) = (values, tape.allocate(plan.shape.count))
    let (length, step) = (plan.length, plan.step)
    for run in 0..<plan.runs {
      let (source, target) = (x + plan.offset(run), y + run * length)
      for i in 0..<length { target[i] = source[i &* step] }
    }
    return tape.record("permuted", self, output: y, shape: plan.shape, saving: plan) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, plan) = (context.seed, context.saved(as: Permutation.self))
      let (length, step) = (plan.length, plan.step)
      for run in 0..<plan.runs {
        let (target, source) = (x̄ + plan.offset(run), ȳ + run * length)
        for i in 0..<length { target[i &* step] += source[i] }
      }
    }
  }

  /// The transposes of the matrices in the last two axes: `[…, n, m] → […, m, n]`.
  ///
  /// VJP: `x̄ += ȳᵀ`.
  public func transposed() -> Variable {
    let rank = shape.rank
    check(rank >= 2, "transposed: shape \(shape) has no two axes")
    var axes = Array(0..<rank)
    axes.swapAt(rank - 2, rank - 1)
    return permuted(axes)
  }

  /// This value repeated over a larger shape: axes are aligned from the last, and an axis of extent
  /// 1 (or a missing one) repeats.
  ///
  /// Arithmetic broadcasts by itself; this is for operations that do not.
  ///
  /// VJP: `x̄ += ȳ`, summed over repeated axes.
  public func broadcast(to shape: Shape) -> Variable {
    guard shape != self.shape else { return self }
    let plan = Broadcast("broadcast", self.shape, shape)
    check(plan.shape == shape, "broadcast: shape \(self.shape) to \(shape)")
    let (x, y) = (values, tape.allocate(shape.count))
    let (length, step) = (plan.length, plan.leftStep)
    for run in 0..<plan.runs {
      let (source, target) = (x + plan.offsets(run).left, y + run * length)
      for i in 0..<length { target[i] = source[i &* step] }
    }
    return tape.record("broadcast", self, output: y, shape: shape, saving: plan) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, plan) = (context.seed, context.saved(as: Broadcast.self))
      let (length, step) = (plan.length, plan.leftStep)
      for run in 0..<plan.runs {
        let (target, source) = (x̄ + plan.offsets(run).left, ȳ + run * length)
        for i in 0..<length { target[i &* step] += source[i] }
      }
    }
  }
}

/// Reads a tensor in the order of permuted axes: run r of `length` elements starts at `offset(r)`
/// and advances by `step`.
private struct Permutation: BitwiseCopyable {
  let shape: Shape
  let runs: Int
  let length: Int
  let step: Int
  private var strides = SIMD8<Int>()

  init(_ shape: Shape, _ axes: [Int]) {
    check(axes.count == shape.rank, "permuted: axes \(axes) of shape \(shape)")
    var permuted = Shape()
    var seen = SIMD8<Int>()
    for (position, axis) in axes.enumerated() {
      check(axis >= 0 && axis < shape.rank, "permuted: axis \(axis) of shape \(shape)")
      check(seen[axis] == 0, "permuted: axis \(axis) twice in \(axes)")
      seen[axis] = 1
      permuted.append(shape[axis])
      strides[position] = shape.count(from: axis + 1)
    }
    self.shape = permuted
    let last = permuted.rank - 1
    length = last >= 0 ? permuted[last] : 1
    step = last >= 0 ? strides[last] : 1
    runs = last >= 0 ? permuted.prefix(last).count : 1
  }

  func offset(_ run: Int) -> Int {
    var (rest, offset) = (run, 0)
    var axis = shape.rank - 2
    while axis >= 0 {
      let extent = shape[axis]
      offset += rest % extent * strides[axis]
      rest /= extent
      axis -= 1
    }
    return offset
  }
}
