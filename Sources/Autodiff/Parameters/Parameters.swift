/// The trainable numbers of a model: named tensors, stored one after the other.
///
/// A plain value: copying a model for a fold, keeping the best epoch, handing work to a thread are
/// assignments. Optimisers work on ``values`` as one vector.
public struct Parameters: Sendable, Hashable {
  /// The name, shape and place of one parameter.
  public struct Entry: Sendable, Hashable {
    /// The scoped name, as `policy.lstm.weight`.
    public let name: String
    /// The extents.
    public let shape: Shape
    /// Where its elements lie in ``Parameters/values``.
    public let range: Range<Int>
  }

  /// What the parameters are, in order of creation.
  public private(set) var entries: [Entry] = []

  private var storage: [Scalar] = []

  /// All elements, one parameter after the other.
  public var values: [Scalar] {
    get { storage }
    set {
      check(
        newValue.count == storage.count,
        "Parameters: \(newValue.count) values for \(storage.count)")
      storage = newValue
    }
  }

  /// Changes all elements in place, as an optimiser does.
  public mutating func update(_ body: (UnsafeMutableBufferPointer<Scalar>) -> Void) {
    storage.withUnsafeMutableBufferPointer { body($0) }
  }

  /// No parameters; a ``ParameterBuilder`` adds them.
  public init() {}

  /// The parameter behind a handle.
  public subscript(id: ParameterID) -> Tensor {
    get {
      let entry = entries[id.index]
      return Tensor(Array(storage[entry.range]), shape: entry.shape)
    }
    set {
      let entry = entries[id.index]
      check(
        newValue.shape == entry.shape,
        "\(entry.name) has shape \(entry.shape), not \(newValue.shape)")
      storage.replaceSubrange(entry.range, with: newValue.elements)
    }
  }

  /// The parameter of a name, if there is one.
  public subscript(name: String) -> Tensor? {
    entries.first { $0.name == name }.map { Tensor(Array(storage[$0.range]), shape: $0.shape) }
  }

  /// The name of the parameter that holds element `offset` of ``values``.
  public func name(at offset: Int) -> String? {
    entries.first { $0.range.contains(offset) }?.name
  }

  /// The handle and the shape of the parameter of a name, if there is one.
  func find(_ name: String) -> (id: ParameterID, shape: Shape)? {
    entries.firstIndex { $0.name == name }.map { (ParameterID(index: $0), entries[$0].shape) }
  }

  mutating func append(_ name: String, _ tensor: Tensor) -> ParameterID {
    check(!entries.contains { $0.name == name }, "two parameters are named '\(name)'")
    let start = storage.count
    storage.append(contentsOf: tensor.elements)
    entries.append(Entry(name: name, shape: tensor.shape, range: start..<storage.count))
    return ParameterID(index: entries.count - 1)
  }
}
