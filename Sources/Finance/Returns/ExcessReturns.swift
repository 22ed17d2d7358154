public import Autodiff

/// Holding-period returns in excess of cash, as an operation on the tape.
///
/// `x_k = Π (1 + r_s) − Π (1 + f_s)` over the rows s of holding period k: what a Sharpe ratio of
/// weekly decisions is computed from. The periods and cash are put on a tape once, like the data
/// of ``PortfolioReturns``.
///
/// - Shapes: row returns `[R]` → `[K]`.
/// - VJP: `r̄_s += x̄_k (1 + P_k) / (1 + r_s)`, see ``HoldingPeriods``.
public struct ExcessReturns: BitwiseCopyable {
  private let rows: Int
  private let periods: Int
  private let boundaries: UnsafeMutablePointer<Int>
  private let cash: UnsafeMutablePointer<Double>

  /// Puts the periods and the cash return of each row on a tape.
  public init(on tape: Tape, periods: HoldingPeriods, cashReturns: [Double]) {
    rows = cashReturns.count
    self.periods = periods.count
    boundaries = tape.allocate(Int.self, periods.boundaries.count)
    for (i, boundary) in periods.boundaries.enumerated() { boundaries[i] = boundary }
    cash = tape.allocate(Double.self, periods.count)
    for (i, value) in periods.compound(cashReturns).enumerated() { cash[i] = value }
  }

  /// The excess return of each holding period.
  public func callAsFunction(_ returns: Variable) -> Variable {
    check(returns.shape == Shape(rows), "ExcessReturns: returns \(returns.shape) for \(rows) rows")
    let tape = returns.tape
    let memory = Memory(
      boundaries: boundaries, returns: tape.allocate(Double.self, rows), rows: rows)
    let r = returns.values
    for s in 0..<rows { memory.returns[s] = Double(r[s]) }
    let compounded = tape.allocate(Double.self, periods)
    HoldingPeriods.forward(
      periods: periods, boundaries: boundaries, returns: memory.returns, compounded: compounded)
    let output = tape.allocate(periods)
    for k in 0..<periods { output[k] = Scalar(compounded[k] - cash[k]) }
    return tape.record(
      "ExcessReturns", returns, output: output, shape: Shape(periods), saving: memory
    ) { context in
      guard let r̄ = context.cotangent(0) else { return }
      let (memory, periods) = (context.saved(as: Memory.self), context.outputCount)
      let (source, seed) = (context.seed, context.allocate(Double.self, periods))
      for k in 0..<periods { seed[k] = Double(source[k]) }
      let gradient = context.allocate(Double.self, memory.rows)
      for s in 0..<memory.rows { gradient[s] = 0 }
      HoldingPeriods.backward(
        periods: periods, boundaries: memory.boundaries, returns: memory.returns, cotangent: seed,
        gradient: gradient)
      for s in 0..<memory.rows { r̄[s] += Scalar(gradient[s]) }
    }
  }

  private struct Memory: BitwiseCopyable {
    let boundaries: UnsafeMutablePointer<Int>
    let returns: UnsafeMutablePointer<Double>
    let rows: Int
  }
}
