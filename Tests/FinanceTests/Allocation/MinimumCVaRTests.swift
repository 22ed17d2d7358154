import Finance
import Testing

@Suite struct MinimumCVaRTests {
  /// Expected values by SciPy's linear program (HiGHS) on `wavyReturns(rows: 200, assets: 5)`.
  ///
  /// ```python
  /// linprog(np.r_[np.zeros(n), 1, np.ones(T) / k], A_ub=np.c_[-R, -np.ones(T), -np.eye(T)], b_ub=0,
  ///         A_eq=[np.r_[np.ones(n), 0, np.zeros(T)]], b_eq=1, bounds=…, method="highs")
  /// ```
  @Test(arguments: [
    (
      0.95, 0.0, 1.0, [0.805077235, 0.04290808961, 0.0928929, 0.02593717864, 0.03318459678],
      0.011050679488850699
    ),
    (0.9, 0.1, 0.35, [0.35, 0.35, 0.1, 0.1, 0.1], 0.014750809161686577),
    (
      0.925, 0, 1, [0.7985207186, 0.05830430236, 0.09126070189, 0.02253015847, 0.02938411867],
      0.01055329950502325
    ),
  ])
  func matchesLinearProgramming(
    level: Double, floor: Double, cap: Double, weights: [Double], risk: Double
  ) throws {
    let scenarios = wavyReturns(rows: 200, assets: 5)
    let bounds = try SimplexBounds(
      lower: [Double](repeating: floor, count: 5), upper: [Double](repeating: cap, count: 5))
    let w = try MinimumCVaR(level: level, bounds: bounds).weights(scenarios: scenarios)
    #expect(distance(w, weights) < 1e-7)
    let losses = (0..<200).map { t in (0..<5).reduce(0) { $0 - scenarios[t, $1] * w[$1] } }
    #expect(
      abs(Measures.conditionalValueAtRisk(losses: losses, level: level) / risk - 1) < 1e-9)
  }

  @Test func scaleAndOrderDoNotMatter() throws {
    let x = wavyReturns(rows: 120, assets: 6)
    let order = [5, 2, 0, 4, 1, 3]
    var y = x
    for t in 0..<120 { for i in 0..<6 { y[t, i] = 100 * x[t, order[i]] } }
    let (a, b) = (
      try MinimumCVaR().weights(scenarios: x), try MinimumCVaR().weights(scenarios: y)
    )
    #expect(distance(b, order.map { a[$0] }) < 1e-7)
  }
}
