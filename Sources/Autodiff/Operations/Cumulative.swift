extension Variable {
  /// Cumulative sums along an axis, `y_t = Σ_{s ≤ t} x_s`; −1 is the last axis.
  ///
  /// VJP: `x̄_s += Σ_{t ≥ s} ȳ_t`.
  public func cumulativeSum(axis: Int) -> Variable {
    let lanes = Lanes(shape, axis: shape.axis(axis, of: "cumulativeSum"))
    let (extent, inner) = (lanes.extent, lanes.inner)
    let (x, y) = (values, tape.allocate(shape.count))
    for o in 0..<lanes.outer where extent > 0 {
      let start = o * extent * inner
      (y + start).update(from: x + start, count: inner)
      for k in start + inner..<max(start + inner, start + extent * inner) {
        y[k] = y[k - inner] + x[k]
      }
    }
    return tape.record("cumulativeSum", self, output: y, shape: shape, saving: lanes) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (ȳ, lanes) = (context.seed, context.saved(as: Lanes.self))
      let (extent, inner) = (lanes.extent, lanes.inner)
      context.tape.withScratch { tape in
        let total = tape.allocate(inner)
        for o in 0..<lanes.outer {
          total.update(repeating: 0, count: inner)
          for t in (0..<extent).reversed() {
            let start = (o * extent + t) * inner
            for i in 0..<inner {
              total[i] += ȳ[start + i]
              x̄[start + i] += total[i]
            }
          }
        }
      }
    }
  }

  /// Running maxima along an axis, `y_t = max_{s ≤ t} x_s`; −1 is the last axis.
  ///
  /// VJP: `ȳ_t` goes to the positions s ≤ t that attain the maximum, in equal parts when there are
  /// several.
  ///
  /// The peak of a drawdown. NaN stays to the end of the axis.
  public func cumulativeMaximum(axis: Int) -> Variable {
    let lanes = Lanes(shape, axis: shape.axis(axis, of: "cumulativeMaximum"))
    let (extent, inner) = (lanes.extent, lanes.inner)
    let (x, y) = (values, tape.allocate(shape.count))
    for o in 0..<lanes.outer where extent > 0 {
      let start = o * extent * inner
      (y + start).update(from: x + start, count: inner)
      for k in start + inner..<max(start + inner, start + extent * inner) {
        let peak = y[k - inner]
        y[k] = x[k] > peak || x[k].isNaN ? x[k] : peak
      }
    }
    return tape.record("cumulativeMaximum", self, output: y, shape: shape, saving: lanes) {
      context in
      guard let x̄ = context.cotangent(0) else { return }
      let lanes = context.saved(as: Lanes.self)
      for lane in 0..<lanes.count {
        let start = lanes.start(lane)
        pullBackPeaks(
          lanes.extent, lanes.inner, context.seed + start, context.input(0) + start,
          context.output + start, into: x̄ + start)
      }
    }
  }
}

/// Distributes the cotangents of one lane's running maximum.
///
/// While the maximum is `y`, let k positions have attained it so far: each of them takes `ȳ_t / k`.
/// Going backwards over the stretch of one maximum, the sum of these shares is dropped at every
/// position that attains it.
private func pullBackPeaks(
  _ extent: Int, _ stride: Int, _ ȳ: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>,
  _ y: UnsafePointer<Scalar>, into x̄: UnsafeMutablePointer<Scalar>
) {
  var first = 0
  while first < extent {
    let peak = y[first * stride]
    var (end, attained) = (first, 0)
    while end < extent, y[end * stride] == peak || peak.isNaN {
      if x[end * stride] == peak { attained += 1 }
      end += 1
    }
    var share: Scalar = 0
    var t = end - 1
    while t >= first, attained > 0 {
      share += ȳ[t * stride] / Scalar(attained)
      if x[t * stride] == peak {
        x̄[t * stride] += share
        attained -= 1
      }
      t -= 1
    }
    first = end
  }
}
