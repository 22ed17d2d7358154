public import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Mean Kullback–Leibler divergence of risk budgets from a prior: a pull towards known ground.
///
/// `y = (1/D) Σ_d Σ_i b_di ln(b_di / p_i)`, with 0 ln 0 = 0; zero exactly where `b = p`.
///
/// Where only some assets are in the universe of a date, `p` is the prior's proportions among them.
///
/// - Shapes: `budgets` `[D, N]`, prior `[N]` → scalar (nats).
/// - VJP: `b̄_di += ȳ (ln(b_di / p_i) + 1) / D`; a budget of zero excludes its asset and gets none.
/// - Source: Kullback & Leibler (1951), *On Information and Sufficiency*, eq. 2.4.
public struct BudgetDivergence: Sendable {
  /// The prior budgets p, all positive.
  public let prior: [Double]

  /// The divergence from a prior.
  public init(prior: [Double]) {
    check(prior.allSatisfy { $0 > 0 }, "BudgetDivergence: prior \(prior) is not positive")
    self.prior = prior
  }

  /// The divergence of a block of budgets, which are 0 for assets that are not available; without
  /// `availability` all are.
  public func callAsFunction(
    _ budgets: Variable, among availability: Availability? = nil
  ) -> Variable {
    let (shape, assets) = (budgets.shape, prior.count)
    check(
      shape.rank == 2 && shape[1] == assets && shape[0] > 0,
      "BudgetDivergence: budgets \(shape) for a prior of \(assets)")
    check(
      availability.map { $0.assets == assets && $0.decisions == shape[0] } ?? true,
      "BudgetDivergence: \(availability?.decisions ?? 0) × \(availability?.assets ?? 0) flags for "
        + "budgets \(shape)")
    // What the prior gives to the assets in the universe of each date.
    let given = availability.map { availability in
      (0..<shape[0]).map { d in availability.members(at: d).reduce(0) { $0 + prior[$1] } }
    }
    let count = shape.count
    let tape = budgets.tape
    let slopes = tape.allocate(count)
    let (b, dates) = (budgets.values, Double(shape[0]))
    var total = 0.0
    for index in 0..<count {
      let budget = Double(b[index])
      guard budget > 0 else {
        slopes[index] = 0
        continue
      }
      let share = given.map { prior[index % assets] / $0[index / assets] } ?? prior[index % assets]
      let logarithm = log(budget / share)
      total += budget * logarithm
      slopes[index] = Scalar((logarithm + 1) / dates)
    }
    let y = tape.allocate(1)
    y[0] = Scalar(total / dates)
    return tape.recordSlopes("BudgetDivergence", budgets, value: y, slopes: slopes)
  }
}
