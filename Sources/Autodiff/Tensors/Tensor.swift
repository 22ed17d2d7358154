/// A dense array of ``Scalar`` with a shape, row-major: how numbers enter and leave a tape.
public struct Tensor: Sendable, Hashable {
  /// The extents, outermost first.
  public let shape: Shape
  /// The elements, the last axis fastest.
  public var elements: [Scalar] {
    willSet {
      check(
        newValue.count == shape.count, "Tensor: \(newValue.count) elements for shape \(shape)")
    }
  }

  /// A tensor of the given elements.
  public init(_ elements: [Scalar], shape: Shape) {
    check(elements.count == shape.count, "Tensor: \(elements.count) elements for shape \(shape)")
    self.shape = shape
    self.elements = elements
  }

  /// A vector.
  public init(_ elements: [Scalar]) { self.init(elements, shape: Shape(elements.count)) }

  /// A scalar.
  public init(_ value: Scalar) { self.init([value], shape: Shape()) }

  /// A tensor filled with one value.
  public init(repeating value: Scalar, shape: Shape) {
    self.init([Scalar](repeating: value, count: shape.count), shape: shape)
  }

  /// A tensor of the given elements, rounded to ``Scalar``.
  public init(converting elements: [Double], shape: Shape) {
    self.init(elements.map { Scalar($0) }, shape: shape)
  }
}
