#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif
import Finance

/// The risk-budgeting problem that all programs of a comparison share: five factors plus
/// idiosyncratic risk, volatilities of 5 % to 60 %, Dirichlet(1) budgets.
struct RiskProblem {
  let covariance: Matrix
  let budgets: [Double]

  init(count n: Int, seed: UInt64) {
    var generator = PeerGenerator(seed: seed)
    let factors = 5
    var loadings = generator.normals(n * factors)
    let idiosyncratic = (0..<n).map { _ in 0.5 + generator.uniform() }
    let volatilities = (0..<n).map { _ in 0.05 + 0.55 * generator.uniform() }
    let exponentials = (0..<n).map { _ in -log(generator.uniform()) }
    for i in 0..<n {
      for k in 0..<factors {
        let z = loadings[i * factors + k]
        loadings[i * factors + k] = k == 0 ? 1 + 0.3 * z : 0.5 * z
      }
    }
    var elements = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        var sum = i == j ? idiosyncratic[i] : 0
        for k in 0..<factors { sum += loadings[i * factors + k] * loadings[j * factors + k] }
        elements[i * n + j] = sum
      }
    }
    let scale = (0..<n).map { volatilities[$0] / elements[$0 * n + $0].squareRoot() }
    for i in 0..<n { for j in 0..<n { elements[i * n + j] *= scale[i] * scale[j] } }
    for i in 0..<n {
      for j in 0..<i {
        let mean = 0.5 * (elements[i * n + j] + elements[j * n + i])
        elements[i * n + j] = mean
        elements[j * n + i] = mean
      }
    }
    covariance = Matrix(rows: n, columns: n, elements: elements)
    let total = exponentials.reduce(0, +)
    budgets = exponentials.map { $0 / total }
  }

  /// `max |wᵢ(Σw)ᵢ / wᵀΣw / bᵢ − 1|`.
  func error(of weights: [Double]) -> Double {
    let n = budgets.count
    var (marginal, total) = ([Double](repeating: 0, count: n), 0.0)
    for i in 0..<n {
      for j in 0..<n { marginal[i] += covariance[i, j] * weights[j] }
      total += weights[i] * marginal[i]
    }
    return (0..<n).reduce(0) {
      max($0, (weights[$1] * marginal[$1] / total / budgets[$1] - 1).magnitude)
    }
  }
}
