/// A dense tensor seen along one axis: `outer · inner` lanes of `extent` elements that lie `inner`
/// apart.
///
/// Lane l starts at ``start(_:)`` and its result, once the axis is reduced, is element l.
struct Lanes: BitwiseCopyable {
  /// The product of the extents before the axis.
  let outer: Int
  /// The extent of the axis.
  let extent: Int
  /// The product of the extents after the axis: the distance of neighbours in a lane.
  let inner: Int

  /// The lanes along `axis`, which exists.
  init(_ shape: Shape, axis: Int) {
    outer = shape.prefix(axis).count
    extent = shape[axis]
    inner = shape.count(from: axis + 1)
  }

  /// One lane of all elements.
  init(all shape: Shape) {
    outer = 1
    extent = shape.count
    inner = 1
  }

  /// The number of lanes.
  var count: Int { outer * inner }

  /// The offset of the first element of a lane.
  func start(_ lane: Int) -> Int { lane / inner * (extent * inner) + lane % inner }

  /// The elements of a lane side by side: in place where they are so already, else copied to
  /// `scratch`, which has room for `extent`.
  func elements(_ lane: Int, of x: UnsafePointer<Scalar>, scratch: UnsafeMutablePointer<Scalar>)
    -> UnsafePointer<Scalar>
  {
    let first = x + start(lane)
    guard inner > 1 else { return first }
    for t in 0..<extent { scratch[t] = first[t * inner] }
    return UnsafePointer(scratch)
  }
}

/// Lanes to reduce and the shape of what is left.
struct Reduction: BitwiseCopyable {
  let lanes: Lanes
  let shape: Shape

  /// Reduces one axis, or all for `nil`; a kept axis has extent 1.
  init(_ name: StaticString, _ shape: Shape, axis: Int?, keepingAxis: Bool) {
    guard let axis else {
      lanes = Lanes(all: shape)
      var ones = Shape()
      if keepingAxis { for _ in 0..<shape.rank { ones.append(1) } }
      self.shape = ones
      return
    }
    let reduced = shape.axis(axis, of: name)
    lanes = Lanes(shape, axis: reduced)
    self.shape =
      keepingAxis ? shape.replacing(axis: reduced, with: 1) : shape.removing(axis: reduced)
  }
}
