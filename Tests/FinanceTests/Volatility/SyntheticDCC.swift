import Autodiff
import Finance

/// Three series of 1,000 returns with GARCH variances and dynamic conditional correlations, made of
/// one stream of normals.
///
/// `h₁ = ω/(1−α−β)`, `Q₁ = Q̄`, `ε = chol(R) z`, `x = √h ε`.
enum SyntheticDCC {
  static let returns: Matrix = {
    let (n, rows) = (3, 1000)
    let omega = [0.02, 0.05, 0.01]
    let alpha = [0.08, 0.05, 0.10]
    let beta = [0.90, 0.90, 0.87]
    let (a, b) = (0.04, 0.93)
    let target = [1, 0.5, 0.3, 0.5, 1, -0.2, 0.3, -0.2, 1]
    var generator = SplitMix64(seed: 42)
    let normals = generator.normals(n * rows)
    var h = (0..<n).map { omega[$0] / (1 - alpha[$0] - beta[$0]) }
    var q = target
    var x = Matrix(rows: rows, columns: n)
    for t in 0..<rows {
      let z = Array(normals[t * n..<(t + 1) * n])
      let scale = [q[0], q[4], q[8]].map { 1 / $0.squareRoot() }
      let r = (0..<9).map { (k: Int) -> Double in q[k] * scale[k / 3] * scale[k % 3] }
      // The lower Cholesky factor of a 3 × 3 correlation matrix.
      let l11 = (1 - r[1] * r[1]).squareRoot()
      let l21 = (r[5] - r[1] * r[2]) / l11
      let l22 = (1 - r[2] * r[2] - l21 * l21).squareRoot()
      let e = [z[0], r[1] * z[0] + l11 * z[1], r[2] * z[0] + l21 * z[1] + l22 * z[2]]
      for i in 0..<n {
        x[t, i] = h[i].squareRoot() * e[i]
        h[i] = omega[i] + alpha[i] * x[t, i] * x[t, i] + beta[i] * h[i]
      }
      for k in 0..<9 {
        let outer = e[k / 3] * e[k % 3]
        q[k] = (1 - a - b) * target[k] + a * outer + b * q[k]
      }
    }
    return x
  }()
}
