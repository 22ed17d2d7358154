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

  /// This shape with the extent of one axis replaced.
  public func replacing(axis: Int, with extent: Int) -> Shape {
    check(axis >= 0 && axis < rank, "axis \(axis) of shape \(self)")
    var shape = prefix(axis)
    shape.append(extent)
    for rest in axis + 1..<max(axis + 1, rank) { shape.append(self[rest]) }
    return shape
  }

  /// This shape without one axis.
  public func removing(axis: Int) -> Shape {
    check(axis >= 0 && axis < rank, "axis \(axis) of shape \(self)")
    var shape = prefix(axis)
    for rest in axis + 1..<max(axis + 1, rank) { shape.append(self[rest]) }
    return shape
  }

  /// This shape with an axis of `extent` inserted before `axis`; at `rank`, after the last.
  public func inserting(_ extent: Int, at axis: Int) -> Shape {
    check(axis >= 0 && axis <= rank, "axis \(axis) inserted into shape \(self)")
    var shape = prefix(axis)
    shape.append(extent)
    for rest in axis..<rank { shape.append(self[rest]) }
    return shape
  }

  /// The shape of the first `count` axes.
  public func prefix(_ count: Int) -> Shape {
    check(count >= 0 && count <= rank, "the first \(count) axes of shape \(self)")
    var shape = Shape()
    for axis in 0..<count { shape.append(self[axis]) }
    return shape
  }

  /// The axis meant by `axis`, where negative numbers count from the end: −1 is the last.
  ///
  /// Stops the program, naming `operation`, when the shape has no such axis.
  public func axis(_ axis: Int, of operation: StaticString) -> Int {
    check(axis >= -rank && axis < rank, "\(operation): axis \(axis) of shape \(self)")
    return axis < 0 ? axis + rank : axis
  }

  /// Like `[2, 3]`.
  public var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }

  /// Adds an axis after the last.
  public mutating func append(_ extent: Int) {
    check(rank < Self.maximumRank, "a shape has at most \(Self.maximumRank) axes")
    check(extent >= 0 && extent <= Int(Int32.max), "extent \(extent) of a shape")
    extents[rank] = Int32(extent)
    rank += 1
  }
}
