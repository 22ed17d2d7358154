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

/// A growing array that is used in place: an element costs an address, no reference count and no
/// check of exclusive access.
private struct Stack<Element>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity = 64

  init() { base = .allocate(capacity: capacity) }

  mutating func append(_ element: consuming Element) {
    if count == capacity { grow() }
    (base + count).initialize(to: element)
    count += 1
  }

  mutating func truncate(to length: Int) {
    (base + length).deinitialize(count: count - length)
    count = length
  }

  /// Gives the memory back; the stack must not be used any more.
  func free() {
    base.deinitialize(count: count)
    base.deallocate()
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: 2 * capacity)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }
}

/// Everything of a tape that changes, behind one address: the class itself has constants only, so
/// that recording a small operation costs no run-time checks and no reference counting.
struct TapeState: ~Copyable {
  var arena = Arena()
  /// Apart from the values, so that a VJP's scratch memory can be given back while cotangents that
  /// came into being meanwhile stay.
  var cotangents = Arena()
  private var slots = Stack<Slot>()
  private var records = Stack<Record>()
  /// The slots of all records' inputs, one record after the other.
  private var inputs = Stack<Int>()
  private(set) var generation: UInt32 = 0
  var isSwept = false

  /// A point to rewind to.
  struct Mark {
    let slots: Int
    let records: Int
    let inputs: Int
    let arena: Arena.Mark
    let cotangents: Arena.Mark
  }

  /// Gives all memory back; the state must not be used any more.
  func free() {
    slots.free()
    records.free()
    inputs.free()
    arena.free()
    cotangents.free()
  }

  // MARK: Reading

  var slotCount: Int { slots.count }
  var recordCount: Int { records.count }
  var inputCount: Int { inputs.count }

  func slot(at index: Int) -> UnsafeMutablePointer<Slot> { slots.base + index }

  func record(at index: Int) -> UnsafePointer<Record> { UnsafePointer(records.base + index) }

  /// The slot of an input of a recorded operation.
  func inputSlot(_ record: UnsafePointer<Record>, _ position: Int) -> Int {
    guard position >= 0 && position < record.pointee.inputCount else {
      fatalError("\(record.pointee.name): input \(position) of \(record.pointee.inputCount)")
    }
    return inputs.base[record.pointee.firstInput + position]
  }

  /// The cotangent of a slot, zero at first use.
  mutating func cotangent(_ index: Int) -> UnsafeMutablePointer<Scalar> {
    let slot = slots.base + index
    if let cotangent = slot.pointee.cotangent { return cotangent }
    let count = slot.pointee.count
    let cotangent = cotangents.allocate(count)
    cotangent.update(repeating: 0, count: count)
    slot.pointee.cotangent = cotangent
    return cotangent
  }

  // MARK: Writing

  /// Adds a slot and returns its number.
  mutating func addSlot(
    _ value: UnsafeMutablePointer<Scalar>, _ shape: Shape, needsGradient: Bool,
    cotangent: UnsafeMutablePointer<Scalar>?
  ) -> Int {
    slots.append(
      Slot(
        value: value, cotangent: cotangent, shape: shape, count: shape.count,
        generation: generation, needsGradient: needsGradient))
    return slots.count - 1
  }

  mutating func addInput(_ slot: Int) { inputs.append(slot) }

  mutating func removeInputs(from first: Int) { inputs.truncate(to: first) }

  mutating func addRecord(_ record: consuming Record) { records.append(record) }

  var mark: Mark {
    Mark(
      slots: slots.count, records: records.count, inputs: inputs.count, arena: arena.mark,
      cotangents: cotangents.mark)
  }

  mutating func rewind(to mark: Mark) {
    slots.truncate(to: mark.slots)
    records.truncate(to: mark.records)
    inputs.truncate(to: mark.inputs)
    for index in 0..<mark.slots { slots.base[index].cotangent = nil }
    arena.rewind(to: mark.arena)
    cotangents.rewind(to: mark.cotangents)
    generation &+= 1
    isSwept = false
  }
}
