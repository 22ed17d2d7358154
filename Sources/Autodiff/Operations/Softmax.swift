internal import Kernels
internal import KernelInterface

extension Variable {
  /// `y = exp(x − max x) / Σ exp(x − max x)` along the last axis: positive numbers of sum 1.
  ///
  /// −∞ gives exactly 0 (a mask), as long as one element of a row is finite.
  ///
  /// VJP: `x̄ += y ⊙ (ȳ − ⟨ȳ, y⟩)`.
  public func softmax() -> Variable {
    let rows = Rows("softmax", shape)
    let y = tape.allocate(rows.count * rows.length)
    let x = values
    tape.withScratch { tape in
      let shifted = tape.allocate(rows.count * rows.length)
      rows.subtractMaxima(x, into: shifted)
      kernels.exp(rows.count * rows.length, shifted, into: y)
    }
    for r in 0..<rows.count {
      let row = y + r * rows.length
      let total = kernels.sum(rows.length, row)
      for j in 0..<rows.length { row[j] /= total }
    }
    return tape.record("softmax", self, output: y, shape: shape, saving: rows) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let rows = context.saved(as: Rows.self)
      for r in 0..<rows.count {
        let start = r * rows.length
        let (y, ȳ, out) = (context.output + start, context.seed + start, x̄ + start)
        let mean = kernels.dot(rows.length, ȳ, y)
        for j in 0..<rows.length { out[j] += y[j] * (ȳ[j] - mean) }
      }
    }
  }

  /// `y = x − log Σ exp x` along the last axis, without the overflow of `softmax().log()`.
  ///
  /// VJP: `x̄ += ȳ − exp(y) Σ ȳ`.
  public func logSoftmax() -> Variable {
    let rows = Rows("logSoftmax", shape)
    let count = rows.count * rows.length
    let (x, y) = (values, tape.allocate(count))
    rows.subtractMaxima(x, into: y)
    tape.withScratch { tape in
      let exponentials = tape.allocate(count)
      let (totals, logs) = (tape.allocate(rows.count), tape.allocate(rows.count))
      kernels.exp(count, y, into: exponentials)
      for r in 0..<rows.count {
        totals[r] = kernels.sum(rows.length, exponentials + r * rows.length)
      }
      kernels.log(rows.count, totals, into: logs)
      for r in 0..<rows.count {
        let row = y + r * rows.length
        for j in 0..<rows.length { row[j] -= logs[r] }
      }
    }
    return tape.record("logSoftmax", self, output: y, shape: shape, saving: rows) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let rows = context.saved(as: Rows.self)
      context.tape.withScratch { tape in
        let probabilities = tape.allocate(context.outputCount)
        kernels.exp(context.outputCount, context.output, into: probabilities)
        for r in 0..<rows.count {
          let start = r * rows.length
          let (p, ȳ, out) = (probabilities + start, context.seed + start, x̄ + start)
          let total = kernels.sum(rows.length, ȳ)
          for j in 0..<rows.length { out[j] += ȳ[j] - p[j] * total }
        }
      }
    }
  }

  /// `y = log Σ exp x` along an axis (−1 is the last), or over all elements for `nil`.
  ///
  /// The largest element is taken out of the sum, so that nothing overflows; the sum of nothing, or
  /// of −∞ alone, has the logarithm −∞.
  ///
  /// VJP: `x̄ += ȳ exp(x − y)`; nothing where y = −∞.
  public func logSumExp(axis: Int? = nil, keepingAxis: Bool = false) -> Variable {
    let plan = Reduction("logSumExp", shape, axis: axis, keepingAxis: keepingAxis)
    let lanes = plan.lanes
    let (x, y) = (values, tape.allocate(lanes.count))
    // exp(x − y), lane after lane: the derivative.
    let shares = tape.allocate(lanes.count * lanes.extent)
    tape.withScratch { tape in
      let (scratch, shifted) = (tape.allocate(lanes.extent), tape.allocate(lanes.extent))
      let (total, logarithm) = (tape.allocate(1), tape.allocate(1))
      for lane in 0..<lanes.count {
        let elements = lanes.elements(lane, of: x, scratch: scratch)
        let share = shares + lane * lanes.extent
        var largest = -Scalar.infinity
        for t in 0..<lanes.extent where elements[t] > largest || elements[t].isNaN {
          largest = elements[t]
        }
        guard largest.isFinite else {
          y[lane] = largest
          share.update(repeating: largest < 0 ? 0 : .nan, count: lanes.extent)
          continue
        }
        for t in 0..<lanes.extent { shifted[t] = elements[t] - largest }
        kernels.exp(lanes.extent, shifted, into: share)
        total[0] = kernels.sum(lanes.extent, share)
        kernels.log(1, total, into: logarithm)
        y[lane] = largest + logarithm[0]
        for t in 0..<lanes.extent { share[t] /= total[0] }
      }
    }
    return tape.record(
      "logSumExp", self, output: y, shape: plan.shape, saving: (lanes, shares)
    ) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (lanes, shares) = context.saved(as: (Lanes, UnsafeMutablePointer<Scalar>).self)
      for lane in 0..<lanes.count {
        let (ȳ, share, target) = (
          context.seed[lane], shares + lane * lanes.extent, x̄ + lanes.start(lane)
        )
        for t in 0..<lanes.extent { target[t * lanes.inner] += ȳ * share[t] }
      }
    }
  }
}
