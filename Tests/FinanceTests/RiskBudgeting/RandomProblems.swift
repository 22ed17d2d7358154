import Autodiff
import Finance

/// A risk-budgeting problem drawn at random.
struct RandomProblem {
  var covariance: Matrix
  var budgets: [Double]
  var count: Int { budgets.count }

  init(covariance: Matrix, budgets: [Double]) {
    (self.covariance, self.budgets) = (covariance, budgets)
  }

  /// Three factors with loadings of mostly one sign plus idiosyncratic risk; volatilities spread
  /// evenly in logarithms over `volatilityDecades`, budgets over `budgetDecades`, up to 1.
  init(
    count n: Int, seed: UInt64, volatilityDecades: Double = 1, budgetDecades: Double = 0.5
  ) {
    var generator = SplitMix64(seed: seed)
    let loadings = (0..<3).map { factor in
      generator.normals(n).map { factor == 0 ? 0.6 + 0.4 * $0 : 0.6 * $0 }
    }
    let idiosyncratic = (0..<n).map { _ in 0.1 + generator.uniform() }
    let scale = (0..<n).map { _ in
      0.01 * power10(volatilityDecades * (generator.uniform() - 0.5))
    }
    covariance = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        var sum = i == j ? idiosyncratic[i] : 0
        for factor in loadings { sum += factor[i] * factor[j] }
        covariance[i, j] = sum * scale[i] * scale[j]
      }
    }
    for i in 0..<n { for j in 0..<i { covariance[i, j] = covariance[j, i] } }
    budgets = (0..<n).map { _ in power10(-budgetDecades * generator.uniform()) }
  }
}

/// `10^exponent` to a few units in the last place, by repeated square roots.
func power10(_ exponent: Double) -> Double {
  let whole = exponent.rounded(.down)
  var result = 1.0
  for _ in 0..<Int(whole.magnitude) { result *= whole < 0 ? 0.1 : 10 }
  var (rest, root) = (exponent - whole, 10.0)
  for _ in 0..<40 {
    root = root.squareRoot()
    rest *= 2
    if rest >= 1 {
      result *= root
      rest -= 1
    }
  }
  return result
}

/// The covariance `diag(σ) C diag(σ)` from the rows of the upper triangle of `C`, without its
/// diagonal.
func covariance(volatilities: [Double], correlations: [[Double]]) -> Matrix {
  let n = volatilities.count
  var matrix = Matrix(rows: n, columns: n)
  for i in 0..<n {
    matrix[i, i] = volatilities[i] * volatilities[i]
    for j in i + 1..<max(i + 1, n) {
      matrix[i, j] = correlations[i][j - i - 1] * volatilities[i] * volatilities[j]
      matrix[j, i] = matrix[i, j]
    }
  }
  return matrix
}

/// Shares `wᵢ(Σw)ᵢ / wᵀΣw`, computed here and not by the code under test.
func riskShares(_ covariance: Matrix, _ weights: [Double]) -> [Double] {
  let n = weights.count
  let marginal = (0..<n).map { i in
    (0..<n).reduce(0) { weights[$1] == 0 ? $0 : $0 + covariance[i, $1] * weights[$1] }
  }
  let products = (0..<n).map { weights[$0] == 0 ? 0 : weights[$0] * marginal[$0] }
  let total = products.reduce(0, +)
  return products.map { $0 / total }
}

/// The largest absolute difference of two lists.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
}
