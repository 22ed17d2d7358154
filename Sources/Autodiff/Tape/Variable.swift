/// A value on a tape.
///
/// A handle of two words: copying it copies no numbers. It is valid until its tape is rewound past
/// the point where it was made.
public struct Variable {
  /// The tape that holds the value.
  public let tape: Tape
  let index: Int
  let generation: UInt32

  /// The extents, outermost first.
  public var shape: Shape { tape.slot(self).pointee.shape }

  /// Whether gradients flow through this value.
  public var needsGradient: Bool { tape.slot(self).pointee.needsGradient }

  /// The elements in place, the last axis fastest; valid as long as the variable.
  public var values: UnsafePointer<Scalar> {
    UnsafePointer(tape.slot(self).pointee.value)
  }

  /// A copy of the value.
  public var tensor: Tensor {
    let slot = self.slot
    return Tensor(
      Array(UnsafeBufferPointer(start: slot.value, count: slot.count)), shape: slot.shape)
  }

  /// The value of a variable of one element.
  public var item: Scalar {
    let slot = self.slot
    check(slot.count == 1, "item: a variable of shape \(slot.shape) is not one number")
    return slot.value[0]
  }

  /// What the tape knows of this value.
  var slot: Slot { tape.slot(self).pointee }
}
