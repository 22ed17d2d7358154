internal import Autodiff
internal import Finance

/// Which features a model's decisions come from: Shapley values of groups of features, date by date.
///
/// `Σ_g shares[g] = full − base` holds for every date and value to rounding; it is asserted.
struct Attribution: Sendable, Equatable {
  /// The groups of features.
  let groups: [String]
  let assets: [String]
  let dates: [CalendarDate]
  /// What ``regimes`` count: the model's regimes, or without any states of the market.
  let states: [String]
  /// The state on each date, an index into ``states``.
  let regimes: [Int]
  /// Values without any feature known, `[D][2N + 1]`: budgets, weights, annual volatility.
  let base: [[Double]]
  /// Values with all features known.
  let full: [[Double]]
  /// `[group][D][2N + 1]`.
  let shares: [[[Double]]]
  /// Standard errors of sampled shares; nil where every coalition was evaluated.
  let errors: [[[Double]]]?
  /// Training stretches behind each value.
  let backgrounds: Int

  /// The states of a market by its volatility.
  static let volatilityStates = ["calm", "middling", "turbulent"]

  var assetCount: Int { assets.count }

  /// The states that some date is in, with how many are.
  var met: [(state: Int, dates: Int)] {
    states.indices.map { state in (state, regimes.count { $0 == state }) }.filter { $0.dates > 0 }
  }

  /// How far a group moves the budgets: the mean over dates of `½ Σ_i |φ_i|`, a share of all risk.
  func budgetMoved(_ group: Int, in state: Int? = nil) -> Double {
    let chosen = dates.indices.filter { state == nil || regimes[$0] == state }
    return Measures.mean(
      chosen.map { d in
        shares[group][d].prefix(assetCount).reduce(0) { $0 + $1.magnitude } / 2
      })
  }

  /// The half-width of a 95 % interval of ``budgetMoved(_:in:)``; nil where every coalition was evaluated.
  ///
  /// The mean of `½ Σ_i 1.96 SE(φ_i)`: a bound, since the errors of all dates come from the same orders.
  func budgetMargin(_ group: Int) -> Double? {
    errors.map { errors in
      Measures.mean(
        errors[group].map { $0.prefix(assetCount).reduce(0) { $0 + 1.959964 * $1 / 2 } })
    }
  }

  /// The same of ``volatilityMoved(_:in:)``.
  func volatilityMargin(_ group: Int) -> Double? {
    errors.map { errors in Measures.mean(errors[group].map { 1.959964 * $0[2 * assetCount] }) }
  }

  /// The mean share of a group in the portfolio's annual volatility.
  func volatilityMoved(_ group: Int, in state: Int? = nil) -> Double {
    let chosen = dates.indices.filter { state == nil || regimes[$0] == state }
    return Measures.mean(chosen.map { shares[group][$0][2 * assetCount] })
  }

  /// The largest violation of efficiency.
  var inefficiency: Double {
    var worst = 0.0
    for d in dates.indices {
      for k in base[d].indices {
        let sum = shares.reduce(0) { $0 + $1[d][k] }
        worst = max(worst, (sum - (full[d][k] - base[d][k])).magnitude)
      }
    }
    return worst
  }
}

/// Shapley values that do not sum to the difference: a fault of the program.
struct AttributionFault: Error, CustomStringConvertible {
  let inefficiency: Double

  var description: String {
    "the Shapley values miss the difference they share out by \(inefficiency); please report this"
  }
}

extension Attribution {
  /// How an attribution is computed.
  struct Plan: Sendable {
    var groups: FeatureGroups
    /// Tested dates to explain, spread evenly.
    var dates = 60
    /// Training stretches behind each value; nil as many as keep the work in bounds.
    var backgrounds: Int?
    /// Random orders for more groups than can be exact.
    var orders = 64
    var seed: UInt64

    var isExact: Bool { groups.groups.count <= ShapleyValues.maximumExactPlayers }

    /// 16 stretches, fewer where the coalitions are many, never less than 2.
    var backgroundCount: Int {
      let coalitions = isExact ? 1 << groups.groups.count : orders * groups.groups.count
      return backgrounds ?? max(2, min(16, 1024 / coalitions))
    }
  }

  /// Explains a run's model; the same numbers for any number of threads.
  ///
  /// Throws an ``ExperimentError`` for a model that reads no features.
  init(
    _ result: RunResult, _ plan: Plan, threads: Int, progress: ProgressBar? = nil
  ) throws {
    let problem = result.problem
    let tested = Array(problem.tested)
    let count = min(plan.dates, tested.count)
    // The last decision is among them.
    let kept = (0..<count).map {
      tested[tested.count - 1 - (count - 1 - $0) * tested.count / count]
    }
    let games = try problem.folds.compactMap { fold -> FeatureGame? in
      let own = kept.filter(fold.test.contains)
      guard !own.isEmpty else { return nil }
      let members = result.fits.filter { $0.unit.fold == fold && $0.unit.member.isOfModel }
      return try FeatureGame(problem, groups: plan.groups, fold: fold, members: members, kept: own)
    }
    let players = plan.groups.groups.count
    let generator = SplitMix64(seed: plan.seed).split("attribution")
    let orders =
      plan.isExact
      ? [] : ShapleyValues.orders(players: players, count: plan.orders, generator: generator)
    let coalitions = plan.isExact ? Array(0..<1 << players) : Self.masks(orders)
    let backgrounds = plan.backgroundCount
    let units = games.indices.flatMap { game in (0..<backgrounds).map { (game, $0) } }
    let parts = try ParallelMap.run(units, threads: threads) { game, background in
      let values = try games[game].values(
        coalitions, background: background, generator: generator)
      progress?.advance(status: games[game].fold.folder)
      return values
    }
    let width = FeatureGame.width(assets: problem.assetCount)
    var means = games.map { game in
      [[Double]](
        repeating: [Double](repeating: 0, count: game.kept.count * width), count: coalitions.count)
    }
    for ((game, _), part) in zip(units, parts) {
      for (c, values) in part.enumerated() {
        for (k, value) in values.enumerated() { means[game][c][k] += value / Double(backgrounds) }
      }
    }
    var base: [[Double]] = []
    var full = base
    var shares = [[[Double]]](repeating: [], count: players)
    var errors = shares
    for (game, mean) in zip(games, means) {
      let own: [[Double]]
      var ownErrors: [[Double]]?
      if plan.isExact {
        own = ShapleyValues.exact(players: players, values: mean)
      } else {
        let places = Dictionary(
          zip(coalitions, coalitions.indices), uniquingKeysWith: { a, _ in a })
        let chains = orders.map { order in
          (0...players).map { k in
            mean[places[order.prefix(k).reduce(0) { $0 | 1 << $1 }] ?? 0]
          }
        }
        let sampled = ShapleyValues.sampled(orders: orders, chains: chains)
        (own, ownErrors) = (sampled.values, sampled.standardErrors)
      }
      let all = coalitions.firstIndex(of: (1 << players) - 1) ?? 0
      let none = coalitions.firstIndex(of: 0) ?? 0
      for k in game.kept.indices {
        let range = k * width..<(k + 1) * width
        base.append(Array(mean[none][range]))
        full.append(Array(mean[all][range]))
        for g in 0..<players {
          shares[g].append(Array(own[g][range]))
          if let ownErrors { errors[g].append(Array(ownErrors[g][range])) }
        }
      }
    }
    let decisions = games.flatMap(\.kept)
    let (states, regimes) = Self.states(result, decisions)
    self.init(
      groups: plan.groups.names, assets: problem.data.assets,
      dates: decisions.map { problem.data.dates[problem.rows[$0]] },
      states: states, regimes: regimes, base: base, full: full, shares: shares,
      errors: plan.isExact ? nil : errors, backgrounds: backgrounds)
    guard inefficiency <= 1e-9 else { throw AttributionFault(inefficiency: inefficiency) }
  }

  /// The coalitions that orders pass through, each once, ascending.
  private static func masks(_ orders: [[Int]]) -> [Int] {
    var masks: Set<Int> = []
    for order in orders {
      var mask = 0
      masks.insert(mask)
      for player in order {
        mask |= 1 << player
        masks.insert(mask)
      }
    }
    return masks.sorted()
  }

  /// The state of each decision: the model's likeliest regime, or else that of the market's volatility.
  private static func states(
    _ result: RunResult, _ decisions: [Int]
  ) -> (states: [String], regimes: [Int]) {
    let tested = result.problem.tested
    guard let table = result.model.details[.regimes] else {
      return (volatilityStates, terciles(result.problem, decisions))
    }
    let likeliest = decisions.map { decision in
      let row = Array(table.values.row(decision - tested.lowerBound))
      return row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
    }
    return (table.columns, likeliest)
  }

  /// Terciles, over all tested decisions, of the mean of the assets' forecast volatilities, each in units
  /// of its own median, over those in the universe.
  private static func terciles(_ problem: Problem, _ decisions: [Int]) -> [Int] {
    let n = problem.assetCount
    func deviation(_ decision: Int, _ i: Int) -> Double {
      problem.covariances[decision * n * n + i * n + i].squareRoot()
    }
    func isAvailable(_ decision: Int, _ i: Int) -> Bool {
      problem.availability?[decision, i] ?? true
    }
    let medians = (0..<n).map { i in
      let known = problem.tested.filter { isAvailable($0, i) }
      return known.isEmpty ? .nan : Measures.median(known.map { deviation($0, i) })
    }
    func level(_ decision: Int) -> Double {
      let members = (0..<n).filter { isAvailable(decision, $0) }
      let sum = members.reduce(0) { $0 + deviation(decision, $1) / medians[$1] }
      // Terciles do not change with the number of assets.
      return members.count == n ? sum : sum * Double(n) / Double(members.count)
    }
    let levels = problem.tested.map(level)
    let (low, high) = (Measures.quantile(levels, 1 / 3.0), Measures.quantile(levels, 2 / 3.0))
    return decisions.map {
      let own = level($0)
      return own <= low ? 0 : own <= high ? 1 : 2
    }
  }
}
