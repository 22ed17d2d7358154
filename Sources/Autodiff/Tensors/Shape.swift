/// The extents of a tensor, outermost first; at most eight axes.
///
/// `[]` is a scalar. A plain value without heap storage, so that making one costs nothing on the tape.
public struct Shape:
  Sendable, Hashable, BitwiseCopyable, CustomStringConvertible, ExpressibleByArrayLiteral
{
  /// The largest number of axes.
  public static let maximumRank = 8

  /// The number of axes.
  public private(set) var rank: Int
  private var extents: SIMD8<Int32>

  /// The shape of a scalar.
  public init() {
    rank = 0
    extents = SIMD8(repeating: 1)
  }

  /// A shape of one axis.
  public init(_ a: Int) {
    self.init()
    append(a)
  }

  /// A shape of two axes.
  public init(_ a: Int, _ b: Int) {
    self.init(a)
    append(b)
  }

  /// A shape of three axes.
  public init(_ a: Int, _ b: Int, _ c: Int) {
    self.init(a, b)
    append(c)
  }

  /// A shape of the given extents.
  public init(_ extents: some Sequence<Int>) {
    self.init()
    for extent in extents { append(extent) }
  }

  /// A shape of the given extents.
  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The extent of an axis.
  public subscript(axis: Int) -> Int {
    check(axis >= 0 && axis < rank, "axis \(axis) of shape \(self)")
    return Int(extents[axis])
  }

  /// The number of elements: the product of the extents.
  public var count: Int {
    var product = 1
    for axis in 0..<rank { product *= Int(extents[axis]) }
    return product
  }

  /// The extents as an array.
  public var dimensions: [Int] { (0..<rank).map { Int(extents[$0]) } }

  /// The product of the extents from axis `start` on: the elements of one step along the axis
  /// before it.
  public func count(from start: Int) -> Int {
    var product = 1
    for axis in start..<rank { product *= Int(extents[axis]) }
    return product
  }

  /// This shape with the first axis replaced.
  public func replacingFirst(with extent: Int) -> Shape {
    check(rank > 0, "a scalar has no first axis")
    var shape = self
    shape.extents[0] = Int32(extent)
    return shape
  }

  /// Like `[2, 3]`.
  public var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }

  private mutating func append(_ extent: Int) {
    check(rank < Self.maximumRank, "a shape has at most \(Self.maximumRank) axes")
    check(extent >= 0 && extent <= Int(Int32.max), "extent \(extent) of a shape")
    extents[rank] = Int32(extent)
    rank += 1
  }
}
