internal import Kernels
internal import KernelInterface

extension Variable {
  /// Sums along an axis (−1 is the last), or over all elements for `nil`; an empty sum is 0.
  ///
  /// A kept axis has extent 1, so that the result broadcasts against the operand.
  ///
  /// VJP: `x̄ += ȳ`, repeated along the axis.
  public func sum(axis: Int?, keepingAxis: Bool = false) -> Variable {
    let plan = Reduction("sum", shape, axis: axis, keepingAxis: keepingAxis)
    let lanes = plan.lanes
    let (extent, inner) = (lanes.extent, lanes.inner)
    let (x, y) = (values, tape.allocate(lanes.count))
    if inner == 1 {
      for lane in 0..<lanes.count { y[lane] = kernels.sum(extent, x + lane * extent) }
    } else {
      y.update(repeating: 0, count: lanes.count)
      for o in 0..<lanes.outer {
        for t in 0..<extent {
          kernels.addScaled(inner, 1, x + (o * extent + t) * inner, into: y + o * inner)
        }
      }
    }
    return tape.record("sum", self, output: y, shape: plan.shape, saving: lanes) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, lanes) = (context.seed, context.saved(as: Lanes.self))
      let (extent, inner) = (lanes.extent, lanes.inner)
      for o in 0..<lanes.outer {
        let start = o * extent * inner
        if inner == 1 {
          for k in start..<start + extent { x̄[k] += ȳ[o] }
        } else {
          for t in 0..<extent {
            kernels.addScaled(inner, 1, ȳ + o * inner, into: x̄ + start + t * inner)
          }
        }
      }
    }
  }

  /// Means along an axis (−1 is the last), or of all elements for `nil`; the axis is not empty.
  ///
  /// VJP: `x̄ += ȳ / n`, repeated along the axis.
  public func mean(axis: Int?, keepingAxis: Bool = false) -> Variable {
    let lanes = Reduction("mean", shape, axis: axis, keepingAxis: keepingAxis).lanes
    check(lanes.extent > 0, "mean of an empty axis of \(shape)")
    return sum(axis: axis, keepingAxis: keepingAxis) / Scalar(lanes.extent)
  }

  /// Variances along an axis (−1 is the last), or of all elements for `nil`:
  /// `y = Σ (x − x̂)² / (n − d)` with the mean x̂ and d = `ddof`.
  ///
  /// d = 0 is the mean square deviation, d = 1 the unbiased estimate; n > d. The deviations are
  /// taken from the mean (two passes), so that a large mean costs no accuracy.
  ///
  /// VJP: `x̄ += 2 ȳ (x − x̂) / (n − d)`.
  public func variance(axis: Int? = nil, ddof: Int = 0, keepingAxis: Bool = false) -> Variable {
    let plan = Reduction("variance", shape, axis: axis, keepingAxis: keepingAxis)
    let lanes = plan.lanes
    check(
      ddof >= 0 && lanes.extent > ddof,
      "variance: \(lanes.extent) elements with ddof \(ddof) of \(shape)")
    let (x, y, means) = (values, tape.allocate(lanes.count), tape.allocate(lanes.count))
    let divisor = Scalar(lanes.extent - ddof)
    tape.withScratch { tape in
      let (scratch, deviations) = (tape.allocate(lanes.extent), tape.allocate(lanes.extent))
      for lane in 0..<lanes.count {
        let elements = lanes.elements(lane, of: x, scratch: scratch)
        let mean = kernels.sum(lanes.extent, elements) / Scalar(lanes.extent)
        for t in 0..<lanes.extent { deviations[t] = elements[t] - mean }
        y[lane] = kernels.dot(lanes.extent, deviations, deviations) / divisor
        means[lane] = mean
      }
    }
    return tape.record(
      "variance", self, output: y, shape: plan.shape, saving: (lanes, means, 2 / divisor)
    ) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (lanes, means, factor) = context.saved(
        as: (Lanes, UnsafeMutablePointer<Scalar>, Scalar).self)
      let x = context.input(0)
      for lane in 0..<lanes.count {
        let (slope, mean) = (factor * context.seed[lane], means[lane])
        var k = lanes.start(lane)
        for _ in 0..<lanes.extent {
          x̄[k] += slope * (x[k] - mean)
          k += lanes.inner
        }
      }
    }
  }
}
