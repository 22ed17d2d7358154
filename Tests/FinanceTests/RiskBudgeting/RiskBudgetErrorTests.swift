import Autodiff
import Finance
import Testing

@Suite struct RiskBudgetErrorTests {
  private func message(_ elements: [Double], _ budgets: [Double]) -> String {
    let n = budgets.count
    do throws(RiskBudgetError) {
      let matrix = Matrix(rows: n, columns: n, elements: elements)
      let solution = try RiskBudgetSolver().solve(covariance: matrix, budgets: budgets)
      return "no error: \(solution.weights)"
    } catch { return error.description }
  }

  @Test func notFiniteEntryIsNamed() {
    let text =
      "risk budgeting: covariance[0, 1] is nan; every element must be a finite number. "
      + "Look for missing prices in assets 0 and 1, or exclude them."
    #expect(message([1, .nan, .nan, 1], [1, 1]) == text)
    #expect(message([1, .nan, 0, 1], [1, 1]) == text)
    #expect(
      message([1, 0, -.infinity, 1], [1, 1]).hasPrefix("risk budgeting: covariance[1, 0] is -inf;"))
    #expect(
      message([1, 0, 0, .infinity], [1, 1]).hasPrefix("risk budgeting: covariance[1, 1] is inf;"))
    #expect(
      message([1, .infinity, .infinity, 1], [1, 1])
        .hasPrefix("risk budgeting: covariance[0, 1] is inf;"))
  }

  @Test func asymmetryIsNamed() {
    #expect(
      message([1, 0.1, 0.2, 0.1, 1, 0.3, 0.2, 0.30001, 1], [1, 1, 1])
        == "risk budgeting: covariance[1, 2] is 0.3 but covariance[2, 1] is 0.30001; a covariance "
        + "is symmetric. Average the matrix with its transpose if this is rounding.")
  }

  @Test(arguments: [0.0, -0.0, -1e-20])
  func varianceThatIsNotPositiveIsNamed(value: Double) {
    #expect(
      message([1, 0, 0, value], [1, 1])
        == "risk budgeting: the variance of asset 1 is \(value); it must be positive. "
        + "Exclude the asset (constant prices?).")
  }

  @Test func budgetThatIsNegativeOrNotFiniteIsNamed() {
    #expect(
      message([1, 0, 0, 1], [0.5, -0.1])
        == "risk budgeting: the budget of asset 1 is -0.1; budgets are finite and not negative "
        + "(0 excludes the asset).")
    #expect(
      message([1, 0, 0, 1], [.nan, 1]).hasPrefix("risk budgeting: the budget of asset 0 is nan;"))
    #expect(
      message([1, 0, 0, 1], [1, .infinity]).hasPrefix(
        "risk budgeting: the budget of asset 1 is inf;"))
  }

  @Test func budgetsMustNotAllBeZero() {
    #expect(
      message([1, 0, 0, 1], [0, 0])
        == "risk budgeting: all 2 budgets are zero; at least one must be positive.")
  }

  @Test func vanishingBudgetIsNamed() {
    #expect(
      message([1, 0, 0, 1], [1, 1e-40])
        == "risk budgeting: the budget of asset 1 is 1e-40, less than 1e-30 of the sum 1.0. "
        + "Put a floor under the budgets, or exclude the asset with a budget of exactly 0.")
  }

  @Test func indefiniteMatrixIsRefusedWithItsSmallestEigenvalue() throws {
    let error = RiskBudgetError.covariance(
      .indefinite(smallestEigenvalue: -2, smallestCorrelationEigenvalue: -0.5))
    #expect(
      error.description
        == "risk budgeting: the covariance is indefinite: its smallest eigenvalue is -2.0 "
        + "(-0.5 for the correlation matrix); none may be negative. "
        + "Use the nearest positive semidefinite matrix or shrink towards the diagonal.")
    // Positive on every long-only portfolio, so that Newton would converge: still no covariance.
    #expect {
      try RiskBudgetSolver().solve(
        covariance: Matrix(rows: 2, columns: 2, elements: [4, 6, 6, 4]), budgets: [1, 1])
    } throws: {
      guard case .covariance(.indefinite(let smallest, let correlation)) = $0 as? RiskBudgetError
      else { return false }
      return (smallest + 2).magnitude < 1e-14 && (correlation + 0.5).magnitude < 1e-14
    }
  }

  /// A semidefinite matrix pushed below zero along one eigenvector, by a little or a lot.
  @Test(arguments: [1e-2, 1e-4, 1e-8, 1e-12])
  func noIndefiniteMatrixIsAccepted(size: Double) {
    for seed in 0..<40 {
      let n = 3 + seed % 20
      var matrix = RandomProblem(count: n, seed: UInt64(seed), volatilityDecades: 0).covariance
      for k in matrix.elements.indices { matrix.elements[k] *= 1e4 }
      let eigen = SymmetricEigen(matrix)
      let (shift, v) = (eigen.values[0] + size, eigen.vectors.column(0))
      for i in 0..<n { for j in 0..<n { matrix[i, j] -= shift * v[i] * v[j] } }
      for i in 0..<n { for j in 0..<i { matrix[i, j] = matrix[j, i] } }
      let budgets = [Double](repeating: 1, count: n)
      #expect {
        try RiskBudgetSolver().solve(covariance: matrix, budgets: budgets)
      } throws: {
        guard case .covariance(.indefinite(let smallest, _)) = $0 as? RiskBudgetError else {
          return false
        }
        return (smallest / -size - 1).magnitude < 0.05
      }
    }
  }

  @Test func roundingUnitDecidesWhatIsRounding() throws {
    // Printed with four digits, a singular matrix became slightly indefinite.
    let matrix = Matrix(rows: 2, columns: 2, elements: [1, 1.0001, 1.0001, 1])
    #expect(throws: RiskBudgetError.self) {
      try RiskBudgetSolver().solve(covariance: matrix, budgets: [1, 1])
    }
    let solution = try RiskBudgetSolver(roundingUnit: 1e-4).solve(
      covariance: matrix, budgets: [1, 1])
    #expect(distance(solution.weights, [0.5, 0.5]) < 1e-12)
  }

  @Test func risklessPortfolioIsNamed() {
    // Assets 0 and 2 hedge each other exactly: 2/3 of the one and 1/3 of the other have no risk.
    let elements = [1, 0.2, -2, 0.2, 1, -0.4, -2, -0.4, 4]
    let text = message(elements, [1, 1, 1])
    let start =
      "risk budgeting: no solution, because the long-only portfolio of 66.7% of asset 0, "
      + "33.3% of asset 2 has a volatility of "
    #expect(text.hasPrefix(start), "\(text)")
    #expect(
      text.hasSuffix(
        ": there is no risk to share out. Drop one of these assets or shrink the covariance towards "
          + "its diagonal."))
  }

  @Test(arguments: [2, 3, 5, 17])
  func risklessPortfoliosAreFoundAmongMany(n: Int) {
    // Demeaned across assets, every long-only equal portfolio of all of them is riskless.
    let problem = RandomProblem(count: n, seed: 77, volatilityDecades: 0.5)
    var matrix = problem.covariance
    let rowMeans = (0..<n).map { i in (0..<n).reduce(0) { $0 + matrix[i, $1] } / Double(n) }
    let mean = rowMeans.reduce(0, +) / Double(n)
    for i in 0..<n { for j in 0..<n { matrix[i, j] += mean - rowMeans[i] - rowMeans[j] } }
    for i in 0..<n { for j in 0..<i { matrix[i, j] = matrix[j, i] } }
    #expect {
      try RiskBudgetSolver().solve(covariance: matrix, budgets: problem.budgets)
    } throws: {
      guard
        case .risklessPortfolio(let weights, let volatility, let average) = $0 as? RiskBudgetError
      else { return false }
      return volatility < 1e-6 * average
        && distance(weights, [Double](repeating: 1 / Double(n), count: n)) < 1e-5
    }
  }

  @Test func perfectHedgeWithinRoundingOfASolution() throws {
    // A correlation of −0.999 is no perfect hedge.
    let matrix = Matrix(rows: 2, columns: 2, elements: [1, -0.999, -0.999, 1])
    let solution = try RiskBudgetSolver().solve(covariance: matrix, budgets: [0.3, 0.7])
    #expect(distance(riskShares(matrix, solution.weights), [0.3, 0.7]) < 1e-12)
  }

  @Test func tooFewIterationsAreAnError() {
    let error = #expect(throws: RiskBudgetError.self) {
      try RiskBudgetSolver(maximumIterations: 1).solve(
        covariance: richardRoncalli, budgets: [1, 2, 3, 4])
    }
    let text = error?.description ?? ""
    #expect(
      text.hasPrefix("risk budgeting: not converged after 1 iterations: the last relative step"))
  }

  @Test func shapesAreChecked() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try RiskBudgetSolver().solve(
        covariance: Matrix(rows: 2, columns: 2, repeating: 1), budgets: [1, 1, 1])
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("RiskBudgetSolver: covariance 2 × 2 for 3 budgets"))
  }
}
