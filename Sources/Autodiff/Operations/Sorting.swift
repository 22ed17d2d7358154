extension Variable {
  /// The elements of each lane along an axis in ascending order; −1 is the last axis.
  ///
  /// Equal elements keep their order, NaN comes last.
  ///
  /// VJP: `x̄[π(k)] += ȳ[k]` with the sorting permutation π.
  public func sorted(axis: Int = -1) -> Variable {
    let lanes = Lanes(shape, axis: shape.axis(axis, of: "sorted"))
    let (extent, inner) = (lanes.extent, lanes.inner)
    let (x, y) = (values, tape.allocate(shape.count))
    let order = tape.allocate(Int32.self, shape.count)
    tape.withScratch { tape in
      let scratch = tape.allocate(extent)
      let (entries, free) = tape.allocateEntries(extent)
      for lane in 0..<lanes.count {
        let permutation = order + lane * extent
        let elements = lanes.elements(lane, of: x, scratch: scratch)
        let ordered = LaneOrder.ascending(extent, elements, entries, scratch: free)
        let target = y + lanes.start(lane)
        for k in 0..<extent {
          permutation[k] = Int32(truncatingIfNeeded: ordered[k].position)
          target[k * inner] = elements[ordered[k].position]
        }
      }
    }
    return tape.record("sorted", self, output: y, shape: shape, saving: (lanes, order)) {
      context in
      guard let x̄ = context.cotangent(0) else { return }
      let (lanes, order) = context.saved(as: (Lanes, UnsafeMutablePointer<Int32>).self)
      let (ȳ, inner) = (context.seed, lanes.inner)
      for lane in 0..<lanes.count {
        let (start, permutation) = (lanes.start(lane), order + lane * lanes.extent)
        for k in 0..<lanes.extent {
          x̄[start + Int(permutation[k]) * inner] += ȳ[start + k * inner]
        }
      }
    }
  }

  /// The quantile at `level` in 0 … 1 of each lane along an axis, or of all elements for `nil`.
  ///
  /// With the ordered elements `x₍₀₎ ≤ … ≤ x₍ₙ₋₁₎`, `h = (n − 1) level` and `k = ⌊h⌋`:
  /// `y = x₍ₖ₎ + (h − k) (x₍ₖ₊₁₎ − x₍ₖ₎)`, definition 7 of Hyndman & Fan (1996), *Sample Quantiles in
  /// Statistical Packages*, the default of NumPy and R. Level ½ is the median.
  ///
  /// VJP: `1 − (h − k)` of `ȳ` to the element at rank k, `h − k` to the next; of equal elements, the
  /// first has the lower rank. The lane must not be empty.
  public func quantile(_ level: Double, axis: Int? = nil, keepingAxis: Bool = false) -> Variable {
    check(level >= 0 && level <= 1, "quantile: level \(level) is not in 0 … 1")
    let plan = Reduction("quantile", shape, axis: axis, keepingAxis: keepingAxis)
    let lanes = plan.lanes
    check(lanes.extent > 0, "quantile of an empty axis of \(shape)")
    let position = Double(lanes.extent - 1) * level
    let rank = Int(position)
    let next = min(rank + 1, lanes.extent - 1)
    let weight = Scalar(position - Double(rank))
    let (x, y) = (values, tape.allocate(lanes.count))
    let places = tape.allocate(SIMD2<Int>.self, lanes.count)
    tape.withScratch { tape in
      let scratch = tape.allocate(lanes.extent)
      let (entries, free) = tape.allocateEntries(lanes.extent)
      for lane in 0..<lanes.count {
        let elements = lanes.elements(lane, of: x, scratch: scratch)
        let ordered = LaneOrder.ascending(lanes.extent, elements, entries, scratch: free)
        let (low, high) = (ordered[rank].position, ordered[next].position)
        y[lane] =
          weight == 0 ? elements[low] : elements[low] + weight * (elements[high] - elements[low])
        let start = lanes.start(lane)
        places[lane] = SIMD2(start + low * lanes.inner, start + high * lanes.inner)
      }
    }
    return tape.record(
      "quantile", self, output: y, shape: plan.shape, saving: (weight, places)
    ) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (weight, places) = context.saved(as: (Scalar, UnsafeMutablePointer<SIMD2<Int>>).self)
      let ȳ = context.seed
      for lane in 0..<context.outputCount {
        x̄[places[lane][0]] += (1 - weight) * ȳ[lane]
        x̄[places[lane][1]] += weight * ȳ[lane]
      }
    }
  }
}
