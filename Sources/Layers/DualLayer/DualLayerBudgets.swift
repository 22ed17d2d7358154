#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
public import Autodiff
public import Finance

/// The risk budgets of a dual-layer model as a trainable function: table, thresholds, tactical weights
/// and smoothing are parameters, which start from the model's own.
///
/// Thresholds are soft. With s the logistic function, `a = s((level − θ₁)/.25)` and
/// `u = s((change − θ₂)/.25)` weigh the phases (recovery `(1−a)u`, expansion `au`, deceleration
/// `a(1−u)`, recession `(1−a)(1−u)`), the ranks beside two thresholds the volatility states (width
/// .05); a cell weighs the product. Strategic budgets are the cells' budgets so weighed, tactical ones
/// `bᵢ (1 + L tanh(Σ κ z / L))`, within ± L of them before they are made to sum to one. They are
/// followed at `λ = base + range · s(distance)` per row, `1 − (1−λ)^every` per decision, from the first
/// decision given. Triggers and trade limits have no part in it: every decision is traded.
///
/// - Shapes: market `[T, 4]`, scores `[T, 3·N]` (`DualLayerSignals`) → budgets `[T, N]`.
public struct DualLayerBudgets: Sendable {
  /// Logarithms of the cells' budgets `[12, N]`.
  public let table: ParameterID
  /// θ₁, θ₂: where level and change divide the phases.
  public let cycle: ParameterID
  /// The lower threshold of ranks, and the softplus inverse of the distance to the upper one.
  public let volatility: ParameterID
  /// κ of valuation, momentum and conditional Sharpe ratio.
  public let tactics: ParameterID
  /// The logits of the base rate, and of the range as a part of the rest.
  public let smoothing: ParameterID

  private let assets: Int
  private let every: Int
  private let limit: Double

  private static let cycleWidth = 0.25
  private static let rankWidth = 0.05
  /// A table's zero starts at so much of a cell.
  private static let smallest = 1e-4

  /// The function of a model that decides every so many rows.
  public init(_ model: DualLayer, every: Int, in builder: inout ParameterBuilder) {
    check(every >= 1, "DualLayerBudgets: a decision every \(every) rows")
    let n = model.classes.count
    assets = n
    self.every = every
    limit = model.tactics.limit
    var cells: [Double] = []
    for phase in EconomicPhase.allCases {
      for state in VolatilityState.allCases {
        cells += model.table.budgets(MarketState(phase, state), of: model.classes)
          .map { log(max($0, Self.smallest)) }
      }
    }
    func start(_ values: [Double]) -> Tensor {
      Tensor(converting: values, shape: Shape(values.count))
    }
    func logit(_ p: Double) -> Double { log(p / (1 - p)) }
    table = builder.parameter(
      "table", Tensor(converting: cells, shape: Shape(MarketState.count, n)))
    cycle = builder.parameter("cycle", start([0, 0]))
    let quantiles = model.gauge.quantiles
    let gap = max(1e-6, quantiles.upperBound - quantiles.lowerBound)
    volatility = builder.parameter(
      "volatility", start([quantiles.lowerBound, log(expm1(gap))]))
    let own = model.tactics
    tactics = builder.parameter("tactics", start([own.value, own.momentum, own.sharpe]))
    // A constant rate has no range to be the logit of: it starts at a thousandth of the rest.
    let (base, range) = (model.smoothing.base, model.smoothing.range)
    let part = min(0.999, max(1e-3, range / max(1e-9, 1 - base)))
    smoothing = builder.parameter("smoothing", start([logit(min(base, 0.999)), logit(part)]))
  }

  /// The budgets of consecutive decisions.
  public func callAsFunction(
    market: Variable, scores: Variable, in pass: inout Pass
  ) -> Variable {
    check(
      market.shape.rank == 2 && market.shape[1] == 4
        && scores.shape == Shape(market.shape[0], 3 * assets),
      "DualLayerBudgets: market \(market.shape), scores \(scores.shape) for \(assets) assets")
    let (θ, ν, κ, μ) = (pass(cycle), pass(volatility), pass(tactics), pass(smoothing))
    func column(_ k: Int) -> Variable { market.slice(at: k, axis: 1) }
    func element(_ parameter: Variable, _ k: Int) -> Variable { parameter.slice(k..<k + 1) }
    func above(_ x: Variable, _ threshold: Variable, _ width: Double) -> Variable {
      (x - threshold).scaled(by: Scalar(1 / width)).sigmoid()
    }
    let high = above(column(0), element(θ, 0), Self.cycleWidth)
    let rising = above(column(1), element(θ, 1), Self.cycleWidth)
    let (low, falling) = (1 - high, 1 - rising)
    let lower = element(ν, 0)
    let aboveLow = above(column(2), lower, Self.rankWidth)
    let aboveHigh = above(
      column(2), lower + element(ν, 1).softplus(), Self.rankWidth)
    // In the order of the table: recovery, expansion, deceleration, recession; low, medium, high.
    let phases: [Variable] = [low * rising, high * rising, high * falling, low * falling]
    let states: [Variable] = [1 - aboveLow, aboveLow - aboveHigh, aboveHigh]
    let cells = stack(phases.flatMap { phase in states.map { phase * $0 } }, axis: 1)
    var budgets = matmul(cells, pass(table).softmax())
    if limit > 0 {
      var tilt = element(κ, 0) * scores.slice(0..<assets, axis: 1)
      for k in 1..<3 {
        tilt = tilt + element(κ, k) * scores.slice(k * assets..<(k + 1) * assets, axis: 1)
      }
      let bounded = tilt.scaled(by: Scalar(1 / limit)).tanh().scaled(by: Scalar(limit))
      let raw = budgets * (1 + bounded)
      budgets = raw / raw.sum(axis: 1, keepingAxis: true)
    }
    let base = element(μ, 0).sigmoid()
    let range = (1 - base) * element(μ, 1).sigmoid()
    let rate = base + range * column(3).sigmoid()
    let kept = (1 - rate).log().scaled(by: Scalar(every)).exp()
    return budgets.followed(rates: 1 - kept)
  }
}
