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

  /// The divergence of a block of budgets.
  public func callAsFunction(_ budgets: Variable) -> Variable {
    let (shape, assets) = (budgets.shape, prior.count)
    check(
      shape.rank == 2 && shape[1] == assets && shape[0] > 0,
      "BudgetDivergence: budgets \(shape) for a prior of \(assets)")
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
      let logarithm = log(budget / prior[index % assets])
      total += budget * logarithm
      slopes[index] = Scalar((logarithm + 1) / dates)
    }
    let y = tape.allocate(1)
    y[0] = Scalar(total / dates)
    return tape.recordSlopes("BudgetDivergence", budgets, value: y, slopes: slopes)
  }
}
