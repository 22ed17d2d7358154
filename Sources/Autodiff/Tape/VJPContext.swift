/// How an operation pulls the cotangent of its output back to its inputs.
public typealias VJP = @Sendable (VJPContext) -> Void

/// What an operation's VJP sees: its inputs, its output, the output's cotangent (the seed), and
/// the inputs' cotangents, into which it *adds*.
///
/// Inputs are numbered as they were recorded. An input that needs no gradient has no cotangent:
///
///     guard let x̄ = context.cotangent(0) else { return }
public struct VJPContext {
  private let state: UnsafeMutablePointer<TapeState>
  private let record: UnsafePointer<Record>
  /// Not counted: a context lives inside a sweep of its tape.
  private let owner: Unmanaged<Tape>

  init(tape: Tape, record: UnsafePointer<Record>) {
    state = tape.state
    owner = .passUnretained(tape)
    self.record = record
  }

  /// The tape that is being swept, for its scratch memory and its threads.
  public var tape: Tape { owner.takeUnretainedValue() }

  private var outputSlot: UnsafeMutablePointer<Slot> {
    state.pointee.slot(at: record.pointee.output)
  }

  private func slot(_ position: Int) -> UnsafeMutablePointer<Slot> {
    state.pointee.slot(at: state.pointee.inputSlot(record, position))
  }

  /// The cotangent ȳ of the output.
  public var seed: UnsafePointer<Scalar> {
    UnsafePointer(state.pointee.cotangent(record.pointee.output))
  }

  /// The output y.
  public var output: UnsafePointer<Scalar> { UnsafePointer(outputSlot.pointee.value) }

  /// The number of elements of the output.
  public var outputCount: Int { outputSlot.pointee.count }

  /// The shape of the output.
  public var outputShape: Shape { outputSlot.pointee.shape }

  /// The number of inputs.
  public var inputCount: Int { record.pointee.inputCount }

  /// The values of an input.
  public func input(_ position: Int) -> UnsafePointer<Scalar> {
    UnsafePointer(slot(position).pointee.value)
  }

  /// The shape of an input.
  public func inputShape(_ position: Int) -> Shape { slot(position).pointee.shape }

  /// The number of elements of an input.
  public func inputCount(_ position: Int) -> Int { slot(position).pointee.count }

  /// Whether an input needs a gradient.
  public func needs(_ position: Int) -> Bool { slot(position).pointee.needsGradient }

  /// The cotangent of an input, to add to; `nil` if it needs none.
  ///
  /// When an operation received the same variable twice, both positions give the same memory.
  public func cotangent(_ position: Int) -> UnsafeMutablePointer<Scalar>? {
    let index = state.pointee.inputSlot(record, position)
    let needsGradient = state.pointee.slot(at: index).pointee.needsGradient
    return needsGradient ? state.pointee.cotangent(index) : nil
  }

  /// What the operation saved when it was recorded.
  public func saved<Saved: BitwiseCopyable>(as type: Saved.Type) -> Saved {
    guard let storage = record.pointee.saved else {
      fatalError("\(record.pointee.name): nothing was saved")
    }
    return storage.load(as: type)
  }

  /// Uninitialised working memory for `count` values of a plain type.
  public func allocate<T: BitwiseCopyable>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T>
  {
    tape.allocate(type, count)
  }
}
