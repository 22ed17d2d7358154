import Autodiff
import Finance
import Testing

@Suite struct FactorRiskBudgetTests {
  static func problem(
    count n: Int, factors k: Int, seed: UInt64, ownScale: Double = 1
  ) -> (covariance: FactorCovariance, budgets: [Double]) {
    var generator = SplitMix64(seed: seed)
    var loadings = Matrix(rows: n, columns: k)
    for i in 0..<n {
      for a in 0..<k {
        let z = generator.normals(1)[0]
        loadings[i, a] = a == 0 ? 1 + 0.3 * z : 0.4 * z
      }
    }
    let roots = Matrix(rows: k, columns: k, elements: generator.normals(k * k))
    var factors = Matrix(rows: k, columns: k)
    for a in 0..<k {
      for b in 0..<k {
        factors[a, b] = (0..<k).reduce(a == b ? 1 : 0) { $0 + 0.1 * roots[a, $1] * roots[b, $1] }
      }
    }
    let own = (0..<n).map { _ in ownScale * (0.2 + generator.uniform()) }
    return (
      FactorCovariance(loadings: loadings, factors: factors, idiosyncratic: own),
      (0..<n).map { _ in 0.1 + generator.uniform() }
    )
  }

  @Test(arguments: [(1, 1), (2, 1), (5, 2), (12, 3), (50, 8), (60, 10), (7, 9)])
  func weightsAndGradientsAreThoseOfTheDenseForm(n: Int, k: Int) throws {
    for seed in 0..<5 {
      let (covariance, budgets) = Self.problem(count: n, factors: k, seed: UInt64(seed))
      let factor = try FactorRiskBudgetSolver().solve(covariance: covariance, budgets: budgets)
      let dense = try RiskBudgetSolver().solve(covariance: covariance.dense, budgets: budgets)
      for i in 0..<n { #expect((factor.weights[i] / dense.weights[i] - 1).magnitude < 1e-11) }
      #expect((factor.volatility / dense.volatility - 1).magnitude < 1e-12)
      var generator = SplitMix64(seed: 3)
      let cotangent = generator.normals(n)
      let (g, reference) = (
        factor.gradient(cotangent: cotangent), dense.gradient(cotangent: cotangent)
      )
      #expect(distance(g.budgets, reference.budgets) < 1e-11)
      #expect(
        distance(g.idiosyncratic, (0..<n).map { reference.covariance[$0, $0] }) < 1e-11)
      // B̄ = 2 Σ̄ B Φ, Φ̄ = Bᵀ Σ̄ B.
      for i in 0..<n {
        for a in 0..<k {
          var sum = 0.0
          for j in 0..<n {
            for b in 0..<k {
              sum +=
                2 * reference.covariance[i, j] * covariance.loadings[j, b]
                * covariance.factors[b, a]
            }
          }
          #expect((g.loadings[i, a] - sum).magnitude < 1e-11)
        }
      }
      for a in 0..<k {
        for b in 0..<k {
          var sum = 0.0
          for i in 0..<n {
            for j in 0..<n {
              sum +=
                covariance.loadings[i, a] * reference.covariance[i, j] * covariance.loadings[j, b]
            }
          }
          #expect((g.factors[a, b] - sum).magnitude < 1e-11)
        }
      }
    }
  }

  @Test func riskSharesEqualBudgetSharesForManyAssets() throws {
    let (covariance, budgets) = Self.problem(count: 3000, factors: 10, seed: 8)
    let solution = try FactorRiskBudgetSolver().solve(covariance: covariance, budgets: budgets)
    let (w, k, sum) = (solution.weights, 10, budgets.reduce(0, +))
    let exposure = (0..<k).map { a in
      (0..<w.count).reduce(0) { $0 + w[$1] * covariance.loadings[$1, a] }
    }
    let moved = (0..<k).map { a in
      (0..<k).reduce(0) { $0 + covariance.factors[a, $1] * exposure[$1] }
    }
    for i in w.indices {
      let marginal = (0..<k).reduce(covariance.idiosyncratic[i] * w[i]) {
        $0 + covariance.loadings[i, $1] * moved[$1]
      }
      let share = w[i] * marginal / (solution.volatility * solution.volatility)
      #expect((share / (budgets[i] / sum) - 1).magnitude < 1e-10)
    }
  }

  @Test func zeroBudgetExcludesTheAssetWhateverItsRowHolds() throws {
    var (covariance, budgets) = Self.problem(count: 6, factors: 2, seed: 2)
    budgets[3] = 0
    covariance.loadings[3, 1] = .nan
    covariance.idiosyncratic[3] = -1
    let solution = try FactorRiskBudgetSolver().solve(covariance: covariance, budgets: budgets)
    #expect(solution.weights[3] == 0)
    #expect((solution.weights.reduce(0, +) - 1).magnitude < 1e-15)
  }

  @Test func noIdiosyncraticRiskAndSingularFactorsAreSolved() throws {
    // One factor moves all: every portfolio is perfectly correlated, w_i ∝ b_i / (B_i).
    var (covariance, budgets) = Self.problem(count: 4, factors: 2, seed: 5)
    covariance.factors = Matrix(rows: 2, columns: 2, elements: [0.04, 0.02, 0.02, 0.01])
    covariance.idiosyncratic = [0, 0, 0, 0]
    for i in 0..<4 { (covariance.loadings[i, 0], covariance.loadings[i, 1]) = (1 + Double(i), 0.5) }
    let sizes = (0..<4).map { covariance.loadings[$0, 0] * 0.2 + covariance.loadings[$0, 1] * 0.1 }
    let raw = zip(budgets, sizes).map { $0 / $1 }
    let total = raw.reduce(0, +)
    let solution = try FactorRiskBudgetSolver().solve(covariance: covariance, budgets: budgets)
    #expect(distance(solution.weights, raw.map { $0 / total }) < 1e-12)
    budgets[0] *= 2
    let start = try FactorRiskBudgetSolver().solve(
      covariance: covariance, budgets: budgets, start: solution.y)
    #expect((start.weights.reduce(0, +) - 1).magnitude < 1e-15)
  }

  @Test func whatIsNoCovarianceIsRefused() throws {
    let (sound, budgets) = Self.problem(count: 3, factors: 2, seed: 1)
    func message(_ change: (inout FactorCovariance) -> Void) -> String {
      var covariance = sound
      change(&covariance)
      do throws(RiskBudgetError) {
        _ = try FactorRiskBudgetSolver().solve(covariance: covariance, budgets: budgets)
        return "no error"
      } catch { return error.description }
    }
    #expect(
      message { $0.idiosyncratic[1] = -0.5 }
        == "risk budgeting: the idiosyncratic variance of asset 1 is -0.5; it must be a finite "
        + "number of at least 0.")
    #expect(
      message { $0.loadings[2, 1] = .nan }
        == "risk budgeting: the loading of asset 2 on factor 1 is nan; it must be a finite number.")
    #expect(
      message { $0.factors = Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 1]) }
        .hasPrefix("risk budgeting: the covariance is indefinite: its smallest eigenvalue is -0.99")
    )
    #expect(
      message { $0.factors = Matrix(rows: 2, columns: 2, elements: [1, 0.2, 0.1, 1]) }
        .hasPrefix("risk budgeting: covariance[0, 1] is 0.2 but covariance[1, 0] is 0.1"))
    #expect(
      message {
        $0.loadings = Matrix(rows: 3, columns: 2)
        $0.idiosyncratic[2] = 0
      }.hasPrefix("risk budgeting: the variance of asset 2 is 0.0; it must be positive."))
    #expect(
      message {
        $0.loadings = Matrix(rows: 3, columns: 2, elements: [1, 0, -1, 0, 0, 0])
        $0.idiosyncratic = [0, 0, 1]
      }.hasPrefix("risk budgeting: no solution, because the long-only portfolio of 50.0%"))
  }
}
