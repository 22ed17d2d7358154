/// Memory that is needed after a product: the product asks for its cache lines while it computes,
/// so that the loop that needs them does not wait.
package struct MemoryAhead: BitwiseCopyable {
  /// The first byte.
  package let start: UnsafeRawPointer
  /// The number of bytes.
  package let byteCount: Int

  /// Elements from `start` on; they need not be initialised.
  package init(_ start: UnsafePointer<Element>, count: Int) {
    self.start = UnsafeRawPointer(start)
    byteCount = count * MemoryLayout<Element>.stride
  }
}
