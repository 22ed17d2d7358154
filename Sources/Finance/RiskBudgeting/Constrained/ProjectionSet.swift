/// A convex set of weights with a simple projection.
enum ProjectionSet {
  /// `l ≤ x ≤ u`.
  case box(lower: [Double], upper: [Double])
  /// `min ≤ Σ x ≤ max` over members.
  case group(members: [Int], minimum: Double, maximum: Double)
  /// `Σ|x − centre| ≤ radius`.
  case turnover(centre: [Double], radius: Double)

  /// The nearest point of the set.
  func project(_ x: [Double]) -> [Double] {
    switch self {
    case .box(let lower, let upper):
      return x.indices.map { max(lower[$0], min(upper[$0], x[$0])) }
    case .group(let members, let minimum, let maximum):
      let sum = members.reduce(0) { $0 + x[$1] }
      let shift = (max(minimum, min(maximum, sum)) - sum) / Double(max(1, members.count))
      guard shift != 0 else { return x }
      var result = x
      for member in members { result[member] += shift }
      return result
    case .turnover(let centre, let radius):
      let changes = zip(x, centre).map { $0 - $1 }
      guard changes.reduce(0, { $0 + $1.magnitude }) > radius else { return x }
      // Soft thresholding; the threshold from the sorted magnitudes.
      var (sum, threshold) = (0.0, 0.0)
      for (k, size) in changes.map(\.magnitude).sorted(by: >).enumerated() {
        sum += size
        let candidate = (sum - radius) / Double(k + 1)
        if candidate >= size { break }
        threshold = candidate
      }
      return x.indices.map { i in
        let size = max(0, changes[i].magnitude - threshold)
        return centre[i] + (changes[i] < 0 ? -size : size)
      }
    }
  }

  /// The nearest point of an intersection, by Dykstra's algorithm.
  ///
  /// - Source: Boyle & Dykstra (1986), *A Method for Finding Projections onto the Intersection of
  ///   Convex Sets in Hilbert Spaces*.
  static func project(_ x: [Double], onto sets: [ProjectionSet]) -> [Double] {
    guard sets.count > 1 else { return sets.first?.project(x) ?? x }
    var point = x
    var corrections = sets.map { _ in [Double](repeating: 0, count: x.count) }
    for _ in 0..<200 {
      var change = 0.0
      for (s, set) in sets.enumerated() {
        let shifted = x.indices.map { point[$0] + corrections[s][$0] }
        let next = set.project(shifted)
        for i in x.indices {
          corrections[s][i] = shifted[i] - next[i]
          change = max(change, (next[i] - point[i]).magnitude)
        }
        point = next
      }
      if change < 1e-9 { break }
    }
    return point
  }
}
