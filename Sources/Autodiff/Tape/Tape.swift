internal import Kernels

/// A record of computations, in order, from which gradients are computed backwards.
///
/// Define by run: each operation computes its value at once and appends one flat record; append
/// order is topological order, so the reverse sweep is one loop. Values, cotangents and what
/// operations save live in an arena that ``rewind(to:)`` gives back as a whole; after the first
/// step of a training loop nothing is allocated any more. Records hold no references to other
/// records: a chain of any length is released without recursion.
///
/// A tape belongs to one thread.
public final class Tape {
  /// What the tape knows of one value.
  struct Slot {
    var value: UnsafeMutablePointer<Scalar>
    var cotangent: UnsafeMutablePointer<Scalar>?
    var shape: Shape
    var count: Int
    var generation: UInt32
    var needsGradient: Bool
  }

  /// One operation: how to pull its output's cotangent back to its inputs.
  struct Record {
    var name: StaticString
    var vjp: VJP
    var firstInput: Int
    var inputCount: Int
    var output: Int
    var saved: UnsafeMutableRawPointer?
  }

  /// A point to rewind to: everything recorded before it stays valid.
  public struct Mark {
    let slots: Int
    let records: Int
    let inputs: Int
    let arena: Arena.Mark
    let cotangents: Arena.Mark
  }

  let arena = Arena()
  /// Apart from the values, so that a VJP's scratch memory can be given back while cotangents that
  /// came into being meanwhile stay.
  private let cotangents = Arena()
  var slots: [Slot] = []
  var records: [Record] = []
  /// The slots of all records' inputs, one record after the other.
  var inputs: [Int] = []
  private var generation: UInt32 = 0
  private var isSwept = false

  /// The threads that large operations are shared between; `nil` computes everything on the
  /// caller's. Results have the same bits either way.
  ///
  /// A tape belongs to one thread, so this is also how a thread whose siblings keep all processors
  /// busy computes alone.
  public var threads: ThreadPool?

  /// An empty tape.
  public init(threads: ThreadPool? = nil) { self.threads = threads }

  /// The number of operations recorded.
  public var operationCount: Int { records.count }

  /// The number of bytes held for values, cotangents and saved state.
  public var byteCount: Int { arena.capacity + cotangents.capacity }

  // MARK: Values

  /// A value that needs no gradient.
  public func constant(_ tensor: Tensor) -> Variable { leaf(tensor, needsGradient: false) }

  /// A scalar that needs no gradient.
  public func constant(_ value: Scalar) -> Variable { constant(Tensor(value)) }

  /// A value whose gradient is wanted; read it with ``gradient(of:)`` after ``backward(from:)``.
  public func variable(_ tensor: Tensor) -> Variable { leaf(tensor, needsGradient: true) }

  private func leaf(_ tensor: Tensor, needsGradient: Bool) -> Variable {
    let storage = arena.allocate(tensor.elements.count)
    tensor.elements.withUnsafeBufferPointer { elements in
      if let base = elements.baseAddress { storage.update(from: base, count: elements.count) }
    }
    return addSlot(storage, tensor.shape, needsGradient: needsGradient)
  }

  func addSlot(
    _ value: UnsafeMutablePointer<Scalar>, _ shape: Shape, needsGradient: Bool,
    cotangent: UnsafeMutablePointer<Scalar>? = nil
  ) -> Variable {
    slots.append(
      Slot(
        value: value, cotangent: cotangent, shape: shape, count: shape.count,
        generation: generation, needsGradient: needsGradient))
    return Variable(tape: self, index: slots.count - 1, generation: generation)
  }

  // MARK: Threads

  /// The number of threads that ``run(_:shards:)`` may use: workers are numbered below it.
  public var workerCount: Int { threads?.threadCount ?? 1 }

  /// Does all parts of an operation's work, on the tape's threads if it has any.
  public func run<Work: ShardedWork>(_ work: Work, shards: Int) {
    if let threads, shards > 1 {
      threads.run(work, shards: shards)
    } else {
      for shard in 0..<shards { work.run(shard: shard, worker: 0) }
    }
  }

  // MARK: Recording

  /// Uninitialised memory for `count` elements, valid until the tape is rewound past this point:
  /// for an operation's output, or for what its VJP needs again.
  public func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> { arena.allocate(count) }

  /// The same for another plain type.
  public func allocate<T: BitwiseCopyable>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T>
  {
    arena.allocate(byteCount: count * MemoryLayout<T>.stride)
      .bindMemory(to: T.self, capacity: count)
  }

  /// Records an operation of up to six inputs whose output has been computed into `output`.
  ///
  /// `saved` is any plain value the VJP needs again (sizes, factors, pointers from
  /// ``allocate(_:)``). The VJP is kept only when some input needs a gradient; it should capture
  /// nothing, so that recording does not allocate.
  public func record(
    _ name: StaticString, _ a: Variable, _ b: Variable? = nil, _ c: Variable? = nil,
    _ d: Variable? = nil, _ e: Variable? = nil, _ f: Variable? = nil,
    output: UnsafeMutablePointer<Scalar>,
    shape: Shape, saving saved: some BitwiseCopyable = (), vjp: @escaping VJP
  ) -> Variable {
    let firstInput = inputs.count
    var needsGradient = addInput(a, name)
    if let b { needsGradient = addInput(b, name) || needsGradient }
    if let c { needsGradient = addInput(c, name) || needsGradient }
    if let d { needsGradient = addInput(d, name) || needsGradient }
    if let e { needsGradient = addInput(e, name) || needsGradient }
    if let f { needsGradient = addInput(f, name) || needsGradient }
    return finishRecord(name, firstInput, needsGradient, output, shape, saved, vjp)
  }

  /// Records an operation of any number of inputs.
  public func record(
    _ name: StaticString, _ inputs: [Variable], output: UnsafeMutablePointer<Scalar>,
    shape: Shape, saving saved: some BitwiseCopyable = (), vjp: @escaping VJP
  ) -> Variable {
    let firstInput = self.inputs.count
    var needsGradient = false
    for input in inputs { needsGradient = addInput(input, name) || needsGradient }
    return finishRecord(name, firstInput, needsGradient, output, shape, saved, vjp)
  }

  private func addInput(_ input: Variable, _ name: StaticString) -> Bool {
    check(input.tape === self, "\(name): an input belongs to another tape")
    let slot = input.slot
    inputs.append(input.index)
    return slot.needsGradient
  }

  private func finishRecord<Saved: BitwiseCopyable>(
    _ name: StaticString, _ firstInput: Int, _ needsGradient: Bool,
    _ output: UnsafeMutablePointer<Scalar>, _ shape: Shape, _ saved: Saved, _ vjp: @escaping VJP
  ) -> Variable {
    check(!isSwept, "\(name): recorded after backward; rewind the tape first")
    let result = addSlot(output, shape, needsGradient: needsGradient)
    guard needsGradient else {
      inputs.removeSubrange(firstInput...)
      return result
    }
    var storage: UnsafeMutableRawPointer?
    if MemoryLayout<Saved>.size > 0 {
      let raw = arena.allocate(byteCount: MemoryLayout<Saved>.size)
      raw.storeBytes(of: saved, as: Saved.self)
      storage = raw
    }
    records.append(
      Record(
        name: name, vjp: vjp, firstInput: firstInput, inputCount: inputs.count - firstInput,
        output: result.index, saved: storage))
    return result
  }

  // MARK: The reverse sweep

  /// Computes the gradients of a scalar with respect to everything that needs one.
  public func backward(from loss: Variable) {
    check(loss.shape.count == 1, "backward: the loss has shape \(loss.shape), not one element")
    backward(from: loss, cotangent: Tensor([1], shape: loss.shape))
  }

  /// Computes vector–Jacobian products: the gradients of `⟨cotangent, output⟩`.
  public func backward(from output: Variable, cotangent: Tensor) {
    check(!isSwept, "backward: this tape was swept already; rewind it first")
    check(
      cotangent.shape == output.shape,
      "backward: cotangent \(cotangent.shape) for an output of shape \(output.shape)")
    isSwept = true
    guard output.slot.needsGradient else { return }
    let seed = cotangentStorage(output.index)
    for i in 0..<cotangent.elements.count { seed[i] += cotangent.elements[i] }
    var index = records.count - 1
    while index >= 0 {
      if slots[records[index].output].cotangent != nil {
        records[index].vjp(VJPContext(tape: self, record: index))
      }
      index -= 1
    }
  }

  /// The gradient of what was swept with respect to `variable`; zero where nothing reached it.
  public func gradient(of variable: Variable) -> Tensor {
    let slot = variable.slot
    check(slot.needsGradient, "gradient: this variable needs no gradient")
    guard let cotangent = slot.cotangent else { return Tensor(repeating: 0, shape: slot.shape) }
    return Tensor(
      Array(UnsafeBufferPointer(start: cotangent, count: slot.count)), shape: slot.shape)
  }

  /// The cotangent of a slot, zero at first use.
  func cotangentStorage(_ index: Int) -> UnsafeMutablePointer<Scalar> {
    if let cotangent = slots[index].cotangent { return cotangent }
    let count = slots[index].count
    let cotangent = cotangents.allocate(count)
    cotangent.update(repeating: 0, count: count)
    slots[index].cotangent = cotangent
    return cotangent
  }

  // MARK: Rewinding

  /// The present point, to rewind to: values recorded so far (constants, mostly) stay.
  public var mark: Mark {
    Mark(
      slots: slots.count, records: records.count, inputs: inputs.count, arena: arena.mark,
      cotangents: cotangents.mark)
  }

  /// Forgets everything recorded since `mark` and makes the tape ready for the next step.
  ///
  /// Variables made since then become invalid, and using one stops the program with a message.
  public func rewind(to mark: Mark) {
    check(mark.slots <= slots.count && mark.records <= records.count, "rewind: foreign mark")
    slots.removeSubrange(mark.slots...)
    records.removeSubrange(mark.records...)
    inputs.removeSubrange(mark.inputs...)
    for index in slots.indices { slots[index].cotangent = nil }
    arena.rewind(to: mark.arena)
    cotangents.rewind(to: mark.cotangents)
    generation &+= 1
    isSwept = false
  }
}
