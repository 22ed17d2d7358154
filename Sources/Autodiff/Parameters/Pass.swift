/// One forward (and perhaps backward) pass of a model: a tape, the parameters on it, and the mode.
///
/// Not copyable, so that a tape or a random stream cannot be forked by accident.
public struct Pass: ~Copyable {
  /// The tape that records the pass.
  public let tape: Tape
  /// Whether the pass trains, and with which randomness.
  public var mode: Mode
  private let first: Variable?
  private let gradients: UnsafeMutablePointer<Scalar>?
  private let entryCount: Int
  private let count: Int

  /// Puts all parameters on the tape.
  ///
  /// With `needsGradient: false` nothing is recorded and operations keep nothing for a reverse
  /// sweep: for decisions and validation.
  public init(tape: Tape, parameters: Parameters, mode: Mode, needsGradient: Bool = true) {
    self.tape = tape
    self.mode = mode
    count = parameters.values.count
    entryCount = parameters.entries.count
    let values = tape.allocate(count)
    parameters.values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { values.update(from: base, count: source.count) }
    }
    gradients = needsGradient ? tape.allocate(count) : nil
    gradients?.update(repeating: 0, count: count)
    var first: Variable?
    for entry in parameters.entries {
      let start = entry.range.lowerBound
      let handle = tape.addSlot(
        values + start, entry.shape, needsGradient: needsGradient,
        cotangent: gradients.map { $0 + start })
      if first == nil { first = handle }
    }
    self.first = first
  }

  /// The parameter behind a handle, on the tape.
  public func callAsFunction(_ id: ParameterID) -> Variable {
    guard let first, id.index < entryCount else {
      fatalError("parameter \(id.index) of a model of \(entryCount)")
    }
    return Variable(tape: tape, index: first.index + id.index, generation: first.generation)
  }

  /// Copies the gradients of all parameters, in the order of ``Parameters/values``.
  ///
  /// Call it after the tape's `backward`.
  public func copyGradients(into gradient: inout [Scalar]) {
    guard let gradients else { fatalError("copyGradients: this pass keeps no gradients") }
    check(gradient.count == count, "copyGradients: \(gradient.count) elements for \(count)")
    for i in 0..<count { gradient[i] = gradients[i] }
  }
}
