/// Whether constraints can be met by any weights, by the first phase of the simplex method.
///
/// Minimises the sum of violations over `x ≥ 0`; where that is positive, the rows with a multiplier
/// (Farkas) prove that nobody can meet them together. Bland's rule ends every search.
///
/// - Source: Dantzig (1963), *Linear Programming and Extensions*; Bland (1977).
struct Feasibility {
  /// The smallest sum of violations; zero (to rounding) if the constraints can be met.
  private(set) var violation = 0.0
  /// The rows that take part in the conflict, with their multipliers.
  private(set) var conflict: [(row: Int, multiplier: Double)] = []

  /// Judges `rows · x ≤ bounds` (`=` where marked) over `x ≥ 0`.
  init(rows: [[Double]], bounds: [Double], isEquality: [Bool]) {
    let (m, n) = (rows.count, rows.first?.count ?? 0)
    guard m > 0 else { return }
    // Columns: variables, one slack and one artificial variable for each row, right-hand side.
    let width = n + 2 * m + 1
    var tableau = [[Double]](repeating: [Double](repeating: 0, count: width), count: m + 1)
    var basis = [Int](repeating: 0, count: m)
    let signs = bounds.map { $0 < 0 ? -1.0 : 1 }
    for i in 0..<m {
      for j in 0..<n { tableau[i][j] = signs[i] * rows[i][j] }
      if !isEquality[i] { tableau[i][n + i] = signs[i] }
      tableau[i][n + m + i] = 1
      tableau[i][width - 1] = signs[i] * bounds[i]
      basis[i] = n + m + i
      for j in 0..<n + m { tableau[m][j] -= tableau[i][j] }
      tableau[m][width - 1] -= tableau[i][width - 1]
    }
    for _ in 0..<50 * (m + n) {
      guard let column = (0..<n + m).first(where: { tableau[m][$0] < -1e-10 }) else { break }
      var (pivot, best) = (-1, Double.infinity)
      for i in 0..<m where tableau[i][column] > 1e-10 {
        let ratio = tableau[i][width - 1] / tableau[i][column]
        if ratio < best - 1e-13 || (ratio < best + 1e-13 && pivot >= 0 && basis[i] < basis[pivot]) {
          (pivot, best) = (i, min(ratio, best))
        }
      }
      guard pivot >= 0 else { break }
      let inverse = 1 / tableau[pivot][column]
      for j in 0..<width { tableau[pivot][j] *= inverse }
      for i in 0...m where i != pivot && tableau[i][column] != 0 {
        let factor = tableau[i][column]
        for j in 0..<width { tableau[i][j] -= factor * tableau[pivot][j] }
      }
      basis[pivot] = column
    }
    violation = max(0, -tableau[m][width - 1])
    for i in 0..<m {
      let multiplier = 1 - tableau[m][n + m + i]
      if multiplier.magnitude > 1e-9 { conflict.append((i, multiplier)) }
    }
  }
}
