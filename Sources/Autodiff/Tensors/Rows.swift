/// A tensor as rows along its last axis.
struct Rows: BitwiseCopyable {
  let count: Int
  let length: Int

  /// `y = x − max x`, row by row.
  func subtractMaxima(_ x: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>) {
    for r in 0..<count {
      let (row, out) = (x + r * length, y + r * length)
      var largest = -Scalar.infinity
      for j in 0..<length where row[j] > largest { largest = row[j] }
      for j in 0..<length { out[j] = row[j] - largest }
    }
  }
}

extension Rows {
  /// The rows of `shape`.
  init(_ name: StaticString, _ shape: Shape) {
    check(shape.rank > 0, "\(name): a scalar has no last axis")
    length = shape[shape.rank - 1]
    count = shape.prefix(shape.rank - 1).count
  }
}
