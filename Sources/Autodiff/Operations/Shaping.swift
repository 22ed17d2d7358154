internal import Kernels
internal import KernelInterface

extension Variable {
  /// The same elements under another shape of equal count, without a copy.
  ///
  /// VJP: `x̄ += ȳ`.
  public func reshaped(to shape: Shape) -> Variable {
    check(shape.count == self.shape.count, "reshaped: \(self.shape) to \(shape)")
    return view("reshaped", offset: 0, shape)
  }

  /// Positions `range` of the first axis, without a copy.
  ///
  /// VJP: `x̄[range] += ȳ`.
  public func slice(_ range: Range<Int>) -> Variable {
    let whole = shape
    check(
      whole.rank > 0 && range.lowerBound >= 0 && range.upperBound <= whole[0],
      "slice: positions \(range) of \(whole)")
    return view(
      "slice", offset: range.lowerBound * whole.count(from: 1),
      whole.replacingFirst(with: range.count))
  }

  private func view(_ name: StaticString, offset: Int, _ shape: Shape) -> Variable {
    tape.record(name, self, output: slot.value + offset, shape: shape, saving: offset) { context in
      guard let x̄ = context.cotangent(0) else { return }
      kernels.addScaled(
        context.outputCount, 1, context.seed, into: x̄ + context.saved(as: Int.self))
    }
  }
}
