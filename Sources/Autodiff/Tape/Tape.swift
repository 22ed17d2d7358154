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
  /// A point to rewind to: everything recorded before it stays valid.
  public struct Mark {
    let state: TapeState.Mark
  }

  let state: UnsafeMutablePointer<TapeState>

  /// The threads that large operations are shared between.
  ///
  /// `nil` computes everything on the caller's; results have the same bits either way.
  ///
  /// A tape belongs to one thread, so this is also how a thread whose siblings keep all processors
  /// busy computes alone.
  public var threads: ThreadPool?

  /// An empty tape.
  public init(threads: ThreadPool? = nil) {
    self.threads = threads
    state = .allocate(capacity: 1)
    state.initialize(to: TapeState())
  }

  deinit {
    state.pointee.free()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// The number of operations recorded.
  public var operationCount: Int { state.pointee.recordCount }

  /// The number of bytes held for values, cotangents and saved state.
  public var byteCount: Int { state.pointee.arena.capacity + state.pointee.cotangents.capacity }

  // MARK: Values

  /// A value that needs no gradient.
  public func constant(_ tensor: Tensor) -> Variable { leaf(tensor, needsGradient: false) }

  /// A scalar that needs no gradient.
  public func constant(_ value: Scalar) -> Variable { constant(Tensor(value)) }

  /// A value whose gradient is wanted; read it with ``gradient(of:)`` after ``backward(from:)``.
  public func variable(_ tensor: Tensor) -> Variable { leaf(tensor, needsGradient: true) }

  private func leaf(_ tensor: Tensor, needsGradient: Bool) -> Variable {
    let storage = allocate(tensor.elements.count)
    tensor.elements.withUnsafeBufferPointer { elements in
      if let base = elements.baseAddress { storage.update(from: base, count: elements.count) }
    }
    return addSlot(storage, tensor.shape, needsGradient: needsGradient)
  }

  func addSlot(
    _ value: UnsafeMutablePointer<Scalar>, _ shape: Shape, needsGradient: Bool,
    cotangent: UnsafeMutablePointer<Scalar>? = nil
  ) -> Variable {
    let index = state.pointee.addSlot(
      value, shape, needsGradient: needsGradient, cotangent: cotangent)
    return Variable(tape: self, index: index, generation: state.pointee.generation)
  }

  /// The slot of a variable that is still valid.
  func slot(_ variable: Variable) -> UnsafePointer<Slot> {
    let slot = state.pointee.slot(at: variable.index)
    guard variable.index < state.pointee.slotCount,
      slot.pointee.generation == variable.generation
    else { fatalError("a variable was used after its tape was rewound") }
    return UnsafePointer(slot)
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
  public func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    state.pointee.arena.allocate(count)
  }

  /// The same for another plain type.
  public func allocate<T: BitwiseCopyable>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T>
  {
    state.pointee.arena.allocate(byteCount: count * MemoryLayout<T>.stride)
      .bindMemory(to: T.self, capacity: count)
  }

  /// Gives back whatever `body` allocates.
  func withScratch(_ body: (Tape) throws -> Void) rethrows {
    let mark = state.pointee.arena.mark
    defer { state.pointee.arena.rewind(to: mark) }
    try body(self)
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
    let firstInput = state.pointee.inputCount
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
    let firstInput = state.pointee.inputCount
    var needsGradient = false
    for input in inputs { needsGradient = addInput(input, name) || needsGradient }
    return finishRecord(name, firstInput, needsGradient, output, shape, saved, vjp)
  }

  private func addInput(_ input: Variable, _ name: StaticString) -> Bool {
    guard input.tape === self else { fatalError("\(name): an input belongs to another tape") }
    let needsGradient = slot(input).pointee.needsGradient
    state.pointee.addInput(input.index)
    return needsGradient
  }

  private func finishRecord<Saved: BitwiseCopyable>(
    _ name: StaticString, _ firstInput: Int, _ needsGradient: Bool,
    _ output: UnsafeMutablePointer<Scalar>, _ shape: Shape, _ saved: Saved, _ vjp: @escaping VJP
  ) -> Variable {
    if state.pointee.isSwept {
      fatalError("\(name): recorded after backward; rewind the tape first")
    }
    let result = addSlot(output, shape, needsGradient: needsGradient)
    guard needsGradient else {
      state.pointee.removeInputs(from: firstInput)
      return result
    }
    var storage: UnsafeMutableRawPointer?
    if MemoryLayout<Saved>.size > 0 {
      let raw = state.pointee.arena.allocate(byteCount: MemoryLayout<Saved>.size)
      raw.storeBytes(of: saved, as: Saved.self)
      storage = raw
    }
    state.pointee.addRecord(
      Record(
        name: name, vjp: vjp, firstInput: firstInput,
        inputCount: state.pointee.inputCount - firstInput, output: result.index,
        saved: storage))
    return result
  }

  // MARK: The reverse sweep

  /// Computes the gradients of a scalar with respect to everything that needs one.
  public func backward(from loss: Variable) {
    check(loss.shape.count == 1, "backward: the loss has shape \(loss.shape), not one element")
    sweep(from: loss) { $0[0] += 1 }
  }

  /// Computes vector–Jacobian products: the gradients of `⟨cotangent, output⟩`.
  public func backward(from output: Variable, cotangent: Tensor) {
    check(
      cotangent.shape == output.shape,
      "backward: cotangent \(cotangent.shape) for an output of shape \(output.shape)")
    sweep(from: output) { seed in
      for i in 0..<cotangent.elements.count { seed[i] += cotangent.elements[i] }
    }
  }

  private func sweep(
    from output: Variable, _ addSeed: (UnsafeMutablePointer<Scalar>) -> Void
  ) {
    check(!state.pointee.isSwept, "backward: this tape was swept already; rewind it first")
    check(output.tape === self, "backward: the output belongs to another tape")
    let needsGradient = slot(output).pointee.needsGradient
    state.pointee.isSwept = true
    guard needsGradient else { return }
    addSeed(state.pointee.cotangent(output.index))
    var index = state.pointee.recordCount - 1
    while index >= 0 {
      let record = state.pointee.record(at: index)
      if state.pointee.slot(at: record.pointee.output).pointee.cotangent != nil {
        record.pointee.vjp(VJPContext(tape: self, record: record))
      }
      index -= 1
    }
  }

  /// The gradient of what was swept with respect to `variable`; zero where nothing reached it.
  public func gradient(of variable: Variable) -> Tensor {
    let slot = variable.slot
    check(variable.tape === self, "gradient: this variable belongs to another tape")
    check(slot.needsGradient, "gradient: this variable needs no gradient")
    guard let cotangent = slot.cotangent else { return Tensor(repeating: 0, shape: slot.shape) }
    return Tensor(
      Array(UnsafeBufferPointer(start: cotangent, count: slot.count)), shape: slot.shape)
  }

  // MARK: Rewinding

  /// The present point, to rewind to: values recorded so far (constants, mostly) stay.
  public var mark: Mark {
    Mark(state: state.pointee.mark)
  }

  /// Forgets everything recorded since `mark` and makes the tape ready for the next step.
  ///
  /// Variables made since then become invalid, and using one stops the program with a message.
  public func rewind(to mark: Mark) {
    check(
      mark.state.slots <= state.pointee.slotCount
        && mark.state.records <= state.pointee.recordCount,
      "rewind: this mark is of another tape, or was rewound past")
    state.pointee.rewind(to: mark.state)
  }
}
