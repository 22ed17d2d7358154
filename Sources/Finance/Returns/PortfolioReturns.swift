public import Autodiff

/// The path of a portfolio as an operation on the tape: weights in, net returns and turnover out.
///
/// The formula is ``PortfolioPath``'s; the gradient runs through drift and costs to every earlier
/// decision. The data of one block of rows are put on a tape once, and stay as long as the tape is
/// not rewound past that point; the operation can then be recorded in every training step.
///
/// - Shapes: R rows, N assets, D decisions; weights `[D, N]` → returns `[R]`, turnover `[D]`, drifted
///   holdings `[D, N]`.
/// - Units: simple returns per row; turnover in fractions of wealth, both sides counted.
public struct PortfolioReturns: BitwiseCopyable {
  private let rows: Int
  private let assets: Int
  private let decisions: Int
  private let assetReturns: UnsafeMutablePointer<Double>
  private let cashReturns: UnsafeMutablePointer<Double>
  private let costs: UnsafeMutablePointer<Double>
  private let tradeRows: UnsafeMutablePointer<Int>

  /// What a portfolio earned.
  public struct Outcome {
    /// The net return of each row `[R]`.
    public let returns: Variable
    /// The turnover of each decision `[D]`, the first purchase included.
    public let turnover: Variable
    /// The holdings before each decision `[D, N]`, drifted since the one before; zero at the first.
    public let drifted: Variable
  }

  /// Puts a block of data on a tape.
  ///
  /// Shapes: `assetReturns` `[R, N]`, `cashReturns` `[R]`, `decisionRows` `[D]` ascending, each
  /// with `row + lag < R`, `costs` `[N]` as fractions of the traded value.
  public init(
    on tape: Tape, assetReturns: Matrix, cashReturns: [Double], decisionRows: [Int], lag: Int,
    costs: [Double]
  ) {
    rows = assetReturns.rows
    assets = assetReturns.columns
    decisions = decisionRows.count
    check(
      cashReturns.count == rows && costs.count == assets,
      "PortfolioReturns: \(cashReturns.count) cash returns for \(rows) rows, \(costs.count) costs "
        + "for \(assets) assets")
    let trades = PortfolioPath.tradeRows(decisionRows: decisionRows, lag: lag, rowCount: rows)
    self.assetReturns = tape.allocate(Double.self, rows * assets)
    self.cashReturns = tape.allocate(Double.self, rows)
    self.costs = tape.allocate(Double.self, assets)
    tradeRows = tape.allocate(Int.self, decisions)
    for (i, value) in assetReturns.elements.enumerated() { self.assetReturns[i] = value }
    for (i, value) in cashReturns.enumerated() { self.cashReturns[i] = value }
    for (i, value) in costs.enumerated() { self.costs[i] = value }
    for (i, value) in trades.enumerated() { tradeRows[i] = value }
  }

  /// What the decisions earn.
  ///
  /// VJP: ``PortfolioPath``'s exact reverse pass. Throws a ``PortfolioPathError``.
  public func callAsFunction(_ weights: Variable) throws(PortfolioPathError) -> Outcome {
    check(
      weights.shape == Shape(decisions, assets),
      "PortfolioReturns: weights \(weights.shape) for \(decisions) decisions of \(assets) assets")
    let tape = weights.tape
    let memory = Memory(
      block: self, weights: tape.allocate(Double.self, decisions * assets),
      save: tape.allocate(Double.self, PortfolioPath.saveCount(rows: rows, assets: assets)))
    let w = weights.values
    for i in 0..<decisions * assets { memory.weights[i] = Double(w[i]) }
    // Returns, turnover and drifted holdings lie one after the other: one operation gives them all.
    let (ends, count) = (rows + decisions, rows + decisions + decisions * assets)
    let outcome = tape.allocate(Double.self, count)
    try PortfolioPath.forward(
      rows: rows, assets: assets, assetReturns: assetReturns, cashReturns: cashReturns,
      decisions: decisions, tradeRows: tradeRows, weights: memory.weights, costs: costs,
      returns: outcome, turnover: outcome + rows, paid: tape.allocate(Double.self, decisions),
      drifted: outcome + ends, save: memory.save)
    let output = tape.allocate(count)
    for i in 0..<count { output[i] = Scalar(outcome[i]) }
    let all = tape.record(
      "PortfolioReturns", weights, output: output, shape: Shape(count), saving: memory
    ) { context in
      guard let w̄ = context.cotangent(0) else { return }
      context.saved(as: Memory.self).pullBack(context, into: w̄)
    }
    return Outcome(
      returns: all.slice(0..<rows), turnover: all.slice(rows..<ends),
      drifted: all.slice(ends..<count).reshaped(to: Shape(decisions, assets)))
  }

  private struct Memory: BitwiseCopyable {
    let block: PortfolioReturns
    let weights: UnsafeMutablePointer<Double>
    let save: UnsafeMutablePointer<Double>

    func pullBack(_ context: VJPContext, into cotangent: UnsafeMutablePointer<Scalar>) {
      let (rows, assets, decisions) = (block.rows, block.assets, block.decisions)
      let count = rows + decisions + decisions * assets
      let (source, seed) = (context.seed, context.allocate(Double.self, count))
      for i in 0..<count { seed[i] = Double(source[i]) }
      let gradient = context.allocate(Double.self, decisions * assets)
      for i in 0..<decisions * assets { gradient[i] = 0 }
      PortfolioPath.backward(
        rows: rows, assets: assets, assetReturns: block.assetReturns,
        cashReturns: block.cashReturns, decisions: decisions, tradeRows: block.tradeRows,
        weights: weights, costs: block.costs, save: save, returnCotangent: seed,
        turnoverCotangent: seed + rows, driftedCotangent: seed + rows + decisions,
        scratch: context.allocate(Double.self, 2 * assets), weightGradient: gradient)
      for i in 0..<decisions * assets { cotangent[i] += Scalar(gradient[i]) }
    }
  }
}
