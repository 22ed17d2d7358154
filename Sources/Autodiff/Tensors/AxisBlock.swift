internal import Kernels
internal import KernelInterface

/// A range of positions along one axis of a dense tensor: `outer` runs of `length` elements, each
/// `stride` after the one before, the first at `offset`.
///
/// The part that the block cuts out is dense itself: its runs follow each other.
struct AxisBlock: BitwiseCopyable {
  let outer: Int
  let length: Int
  let stride: Int
  let offset: Int

  /// `count` positions from `position` on, of the axis of `lanes`.
  init(_ lanes: Lanes, position: Int, count: Int) {
    outer = lanes.outer
    length = count * lanes.inner
    stride = lanes.extent * lanes.inner
    offset = position * lanes.inner
  }

  /// `part = whole[block]`.
  func copy(from whole: UnsafePointer<Scalar>, to part: UnsafeMutablePointer<Scalar>) {
    for o in 0..<outer {
      (part + o * length).update(from: whole + o * stride + offset, count: length)
    }
  }

  /// `whole[block] = part`.
  func copy(part: UnsafePointer<Scalar>, to whole: UnsafeMutablePointer<Scalar>) {
    for o in 0..<outer {
      (whole + o * stride + offset).update(from: part + o * length, count: length)
    }
  }

  /// `part += whole[block]`.
  func add(from whole: UnsafePointer<Scalar>, to part: UnsafeMutablePointer<Scalar>) {
    for o in 0..<outer {
      kernels.addScaled(length, 1, whole + o * stride + offset, into: part + o * length)
    }
  }

  /// `whole[block] += part`.
  func add(part: UnsafePointer<Scalar>, to whole: UnsafeMutablePointer<Scalar>) {
    for o in 0..<outer {
      kernels.addScaled(length, 1, part + o * length, into: whole + o * stride + offset)
    }
  }
}
