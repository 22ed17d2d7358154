internal import Kernels
internal import KernelInterface

/// Which length of a vector.
public enum Norm: Sendable, BitwiseCopyable {
  /// `Σ |x|`.
  case l1
  /// `√Σ x²`.
  case l2
}

extension Variable {
  /// Norms of the lanes along an axis (−1 is the last), or of all elements for `nil`.
  ///
  /// `.l1`: `y = Σ |x|`; VJP: `x̄ += ȳ sign x`, nothing where x = 0.
  ///
  /// `.l2`: `y = √Σ x²`, scaled by the largest element so that squares neither overflow nor vanish;
  /// VJP: `x̄ += ȳ x / y`, and nothing at the zero vector: 0 is the shortest of its subgradients.
  ///
  /// An empty lane has norm 0.
  public func norm(_ kind: Norm = .l2, axis: Int? = nil, keepingAxis: Bool = false) -> Variable {
    let plan = Reduction("norm", shape, axis: axis, keepingAxis: keepingAxis)
    let lanes = plan.lanes
    let (x, y) = (values, tape.allocate(lanes.count))
    tape.withScratch { tape in
      let (scratch, scaled) = (tape.allocate(lanes.extent), tape.allocate(lanes.extent))
      for lane in 0..<lanes.count {
        let elements = lanes.elements(lane, of: x, scratch: scratch)
        for t in 0..<lanes.extent { scaled[t] = elements[t].magnitude }
        switch kind {
        case .l1:
          y[lane] = kernels.sum(lanes.extent, scaled)
        case .l2:
          var largest: Scalar = 0
          for t in 0..<lanes.extent where scaled[t] > largest || scaled[t].isNaN {
            largest = scaled[t]
          }
          guard largest > 0, largest.isFinite else {
            y[lane] = largest
            continue
          }
          for t in 0..<lanes.extent { scaled[t] /= largest }
          y[lane] = largest * kernels.dot(lanes.extent, scaled, scaled).squareRoot()
        }
      }
    }
    return tape.record("norm", self, output: y, shape: plan.shape, saving: (lanes, kind)) {
      context in
      guard let x̄ = context.cotangent(0) else { return }
      let (x, y) = (context.input(0), context.output)
      let (lanes, kind) = context.saved(as: (Lanes, Norm).self)
      for lane in 0..<lanes.count where y[lane] != 0 {
        let ȳ = context.seed[lane]
        var k = lanes.start(lane)
        for _ in 0..<lanes.extent {
          switch kind {
          case .l1: x̄[k] += x[k] > 0 ? ȳ : x[k] < 0 ? -ȳ : 0
          case .l2: x̄[k] += ȳ * (x[k] / y[lane])
          }
          k += lanes.inner
        }
      }
    }
  }
}
