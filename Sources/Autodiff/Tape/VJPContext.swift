/// How an operation pulls the cotangent of its output back to its inputs.
public typealias VJP = @Sendable (VJPContext) -> Void

/// What an operation's VJP sees: its inputs, its output, the output's cotangent (the seed), and
/// the inputs' cotangents, into which it *adds*.
///
/// Inputs are numbered as they were recorded. An input that needs no gradient has no cotangent:
///
///     guard let x̄ = context.cotangent(0) else { return }
public struct VJPContext {
  let tape: Tape
  let record: Int

  /// The cotangent ȳ of the output.
  public var seed: UnsafePointer<Scalar> {
    UnsafePointer(tape.cotangentStorage(tape.records[record].output))
  }

  /// The output y.
  public var output: UnsafePointer<Scalar> {
    UnsafePointer(tape.slots[tape.records[record].output].value)
  }

  /// The number of elements of the output.
  public var outputCount: Int { tape.slots[tape.records[record].output].count }

  /// The shape of the output.
  public var outputShape: Shape { tape.slots[tape.records[record].output].shape }

  /// The number of inputs.
  public var inputCount: Int { tape.records[record].inputCount }

  /// The values of an input.
  public func input(_ position: Int) -> UnsafePointer<Scalar> {
    UnsafePointer(tape.slots[slot(position)].value)
  }

  /// The shape of an input.
  public func inputShape(_ position: Int) -> Shape { tape.slots[slot(position)].shape }

  /// The number of elements of an input.
  public func inputCount(_ position: Int) -> Int { tape.slots[slot(position)].count }

  /// Whether an input needs a gradient.
  public func needs(_ position: Int) -> Bool { tape.slots[slot(position)].needsGradient }

  /// The cotangent of an input, to add to; `nil` if it needs none.
  ///
  /// When an operation received the same variable twice, both positions give the same memory.
  public func cotangent(_ position: Int) -> UnsafeMutablePointer<Scalar>? {
    let index = slot(position)
    return tape.slots[index].needsGradient ? tape.cotangentStorage(index) : nil
  }

  /// What the operation saved when it was recorded.
  public func saved<Saved: BitwiseCopyable>(as type: Saved.Type) -> Saved {
    guard let storage = tape.records[record].saved else {
      fatalError("\(tape.records[record].name): nothing was saved")
    }
    return storage.load(as: type)
  }

  /// Uninitialised working memory for `count` values of a plain type.
  public func allocate<T: BitwiseCopyable>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T>
  {
    tape.allocate(type, count)
  }

  private func slot(_ position: Int) -> Int {
    let entry = tape.records[record]
    check(position >= 0 && position < entry.inputCount, "\(entry.name): input \(position)")
    return tape.inputs[entry.firstInput + position]
  }
}
