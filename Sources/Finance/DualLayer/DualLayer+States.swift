internal import Autodiff

extension DualLayer {
  /// What the strategic layer knows at each row.
  public struct States: Sendable {
    /// The state of each row; nil before there is enough history.
    public let states: [MarketState?]
    /// The strategic budgets `[N]` of each row, by the Markov chain; empty before the first state.
    public let budgets: [[Double]]
    /// λ of each row's smoothing; NaN before the first state.
    public let rates: [Double]
    /// The first row with a state.
    public let firstRow: Int?
    /// The chain of all states.
    public let chain: MarkovChain
  }

  /// The strategic layer over some data.
  ///
  /// Throws a ``DualLayerError`` for indicators that the data do not have.
  public func states(of data: MarketData) throws(DualLayerError) -> States {
    let (levels, changes) = try cycle.path(of: data)
    let (ranks, distances) = try gauge.path(of: data)
    let rows = data.dates.count
    var states = [MarketState?](repeating: nil, count: rows)
    var budgets = [[Double]](repeating: [], count: rows)
    var rates = [Double](repeating: .nan, count: rows)
    var chain = MarkovChain(states: MarketState.count)
    var current: MarketState?
    var (candidate, count): (MarketState?, Int) = (nil, 0)
    let cells = EconomicPhase.allCases.flatMap { phase in
      VolatilityState.allCases.map { table.budgets(MarketState(phase, $0), of: classes) }
    }
    for t in 0..<rows where !changes[t].isNaN && !ranks[t].isNaN {
      let seen = MarketState(
        EconomicPhase(level: levels[t], change: changes[t]),
        VolatilityState(rank: ranks[t], quantiles: gauge.quantiles))
      count = seen == candidate ? count + 1 : 1
      candidate = seen
      let state: MarketState
      if let current, count < confirmation { state = current } else { state = seen }
      rates[t] = current == nil ? smoothing.start : smoothing.rate(distance: distances[t])
      current = state
      chain.observe(state.index)
      states[t] = state
      var expected = [Double](repeating: 0, count: classes.count)
      for (k, p) in chain.distribution(after: anticipation).enumerated() where p > 0 {
        for i in expected.indices { expected[i] += p * cells[k][i] }
      }
      budgets[t] = expected
    }
    return States(
      states: states, budgets: budgets, rates: rates,
      firstRow: states.firstIndex { $0 != nil }, chain: chain)
  }
}
