/// Joins values along an axis, one after the other; −1 is the last axis.
///
/// - Shapes: equal but for the extent of the axis, whose extents add up.
///
/// VJP: each input's cotangent gets its part of `ȳ`. The same variable may appear more than once.
public func concatenate(_ parts: [Variable], axis: Int = 0) -> Variable {
  guard let first = parts.first else { fatalError("concatenate: nothing to join") }
  let axis = first.shape.axis(axis, of: "concatenate")
  var extent = 0
  for part in parts {
    check(
      part.shape.rank == first.shape.rank
        && part.shape.replacing(axis: axis, with: 1) == first.shape.replacing(axis: axis, with: 1),
      "concatenate: \(first.shape) and \(part.shape) along axis \(axis)")
    extent += part.shape[axis]
  }
  return join("concatenate", parts, axis, first.shape.replacing(axis: axis, with: extent))
}

/// Joins values of equal shape along a new axis, inserted before `axis` of theirs.
///
/// −1 puts it after their last axis. `n` values of shape `[a, b]` make `[n, a, b]`, `[a, n, b]` or
/// `[a, b, n]`.
///
/// VJP: each input's cotangent gets its part of `ȳ`. The same variable may appear more than once.
public func stack(_ parts: [Variable], axis: Int = 0) -> Variable {
  guard let first = parts.first else { fatalError("stack: nothing to join") }
  let shape = first.shape
  for part in parts { check(part.shape == shape, "stack: \(shape) and \(part.shape)") }
  check(axis >= -shape.rank - 1 && axis <= shape.rank, "stack: axis \(axis) for shape \(shape)")
  let axis = axis < 0 ? axis + shape.rank + 1 : axis
  return join("stack", parts, axis, shape.inserting(parts.count, at: axis))
}

/// Lays the parts side by side along `axis` of `shape`; how many positions each fills follows from
/// its number of elements.
private func join(_ name: StaticString, _ parts: [Variable], _ axis: Int, _ shape: Shape)
  -> Variable
{
  let tape = parts[0].tape
  let lanes = Lanes(shape, axis: axis)
  let y = tape.allocate(shape.count)
  var position = 0
  for part in parts {
    let count = lanes.positions(of: part.shape.count)
    AxisBlock(lanes, position: position, count: count).copy(part: part.values, to: y)
    position += count
  }
  return tape.record(name, parts, output: y, shape: shape, saving: lanes) { context in
    let (ȳ, lanes) = (context.seed, context.saved(as: Lanes.self))
    var position = 0
    for part in 0..<context.inputCount {
      let count = lanes.positions(of: context.inputCount(part))
      if let x̄ = context.cotangent(part) {
        AxisBlock(lanes, position: position, count: count).add(from: ȳ, to: x̄)
      }
      position += count
    }
  }
}

extension Lanes {
  /// The positions along the axis that a part of so many elements fills.
  fileprivate func positions(of elements: Int) -> Int {
    outer * inner > 0 ? elements / (outer * inner) : 0
  }
}
