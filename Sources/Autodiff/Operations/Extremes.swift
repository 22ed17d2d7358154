extension Variable {
  /// The largest elements along an axis (−1 is the last), or of all for `nil`; the axis is not
  /// empty.
  ///
  /// VJP: `x̄ += ȳ / k` at the k elements that attain the maximum: of the subgradients, the one that
  /// treats them alike.
  ///
  /// NaN anywhere in a lane gives NaN.
  public func maximum(axis: Int? = nil, keepingAxis: Bool = false) -> Variable {
    extreme("maximum", axis, keepingAxis) { $0 > $1 }
  }

  /// The smallest elements along an axis (−1 is the last), or of all for `nil`; the axis is not
  /// empty.
  ///
  /// VJP: `x̄ += ȳ / k` at the k elements that attain the minimum.
  ///
  /// NaN anywhere in a lane gives NaN.
  public func minimum(axis: Int? = nil, keepingAxis: Bool = false) -> Variable {
    extreme("minimum", axis, keepingAxis) { $0 < $1 }
  }

  @inline(__always)
  private func extreme(
    _ name: StaticString, _ axis: Int?, _ keepingAxis: Bool,
    _ beats: (Scalar, Scalar) -> Bool
  ) -> Variable {
    let plan = Reduction(name, shape, axis: axis, keepingAxis: keepingAxis)
    let lanes = plan.lanes
    check(lanes.extent > 0, "\(name) of an empty axis of \(shape)")
    let (x, y) = (values, tape.allocate(lanes.count))
    for lane in 0..<lanes.count {
      var k = lanes.start(lane)
      var best = x[k]
      for _ in 1..<lanes.extent {
        k += lanes.inner
        if beats(x[k], best) || x[k].isNaN { best = x[k] }
      }
      y[lane] = best
    }
    return tape.record(name, self, output: y, shape: plan.shape, saving: lanes) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let (x, y, lanes) = (context.input(0), context.output, context.saved(as: Lanes.self))
      for lane in 0..<lanes.count {
        let (start, best) = (lanes.start(lane), y[lane])
        let end = start + lanes.extent * lanes.inner
        var attained = 0
        for k in stride(from: start, to: end, by: lanes.inner) where x[k] == best { attained += 1 }
        let share = context.seed[lane] / Scalar(attained)
        for k in stride(from: start, to: end, by: lanes.inner) where x[k] == best {
          x̄[k] += share
        }
      }
    }
  }
}
