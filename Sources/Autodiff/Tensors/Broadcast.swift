/// How two shapes combine elementwise: axes are aligned from the last, and an axis of extent 1 (or
/// a missing one) repeats.
///
/// The loop is flattened to runs along the innermost axis: run r of `length` elements starts at
/// `offsets(r)` and advances each operand by its step, 0 or 1.
struct Broadcast: BitwiseCopyable {
  let shape: Shape
  /// The number of runs.
  let runs: Int
  /// The elements of one run.
  let length: Int
  let leftStep: Int
  let rightStep: Int
  private let leftStrides: SIMD8<Int32>
  private let rightStrides: SIMD8<Int32>

  init(_ name: StaticString, _ left: Shape, _ right: Shape) {
    let rank = max(left.rank, right.rank)
    var extents = SIMD8<Int32>(repeating: 1)
    var leftStrides = SIMD8<Int32>.zero
    var rightStrides = SIMD8<Int32>.zero
    var leftStride: Int32 = 1
    var rightStride: Int32 = 1
    for back in 0..<rank {
      let axis = rank - 1 - back
      let l = back < left.rank ? left[left.rank - 1 - back] : 1
      let r = back < right.rank ? right[right.rank - 1 - back] : 1
      check(l == r || l == 1 || r == 1, "\(name): shapes \(left) and \(right) do not broadcast")
      extents[axis] = Int32(l == 1 ? r : l)
      leftStrides[axis] = l == 1 ? 0 : leftStride
      rightStrides[axis] = r == 1 ? 0 : rightStride
      leftStride *= Int32(l)
      rightStride *= Int32(r)
    }
    var shape = Shape()
    for axis in 0..<rank { shape.append(Int(extents[axis])) }
    self.shape = shape
    // Join inner axes over which both operands advance alike.
    var inner = rank - 1
    var length = rank > 0 ? Int(extents[inner]) : 1
    let leftStep = rank > 0 && length > 1 ? Int(leftStrides[inner]) : 0
    let rightStep = rank > 0 && length > 1 ? Int(rightStrides[inner]) : 0
    while inner > 0,
      leftStrides[inner - 1] == Int32(leftStep * length),
      rightStrides[inner - 1] == Int32(rightStep * length)
    {
      inner -= 1
      length *= Int(extents[inner])
    }
    self.length = length
    self.leftStep = leftStep
    self.rightStep = rightStep
    var runs = 1
    for axis in 0..<max(inner, 0) { runs *= Int(extents[axis]) }
    self.runs = length == 0 ? 0 : runs
    outer = max(inner, 0)
    self.leftStrides = leftStrides
    self.rightStrides = rightStrides
  }

  /// The number of axes outside a run.
  private let outer: Int

  /// Where run `index` starts in the left and the right operand.
  func offsets(_ index: Int) -> (left: Int, right: Int) {
    var (rest, left, right) = (index, 0, 0)
    var axis = outer - 1
    while axis >= 0 {
      let extent = shape[axis]
      let position = rest % extent
      rest /= extent
      left += position * Int(leftStrides[axis])
      right += position * Int(rightStrides[axis])
      axis -= 1
    }
    return (left, right)
  }

  /// Which element of the left and of the right operand element `index` of the result combines.
  func operands(_ index: Int) -> (left: Int, right: Int) {
    let (start, position) = (offsets(index / length), index % length)
    return (start.left + position * leftStep, start.right + position * rightStep)
  }
}
