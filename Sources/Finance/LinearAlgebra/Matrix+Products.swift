extension Matrix {
  /// `A x`.
  func times(_ x: [Double]) -> [Double] {
    (0..<rows).map { r in
      var sum = 0.0
      for i in 0..<columns { sum += elements[r * columns + i] * x[i] }
      return sum
    }
  }

  /// `Aᵀ x`.
  func transposed(times x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: columns)
    for r in 0..<rows { for i in 0..<columns { result[i] += x[r] * elements[r * columns + i] } }
    return result
  }
}
