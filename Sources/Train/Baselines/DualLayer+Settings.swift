internal import Autodiff
internal import Finance

extension DualLayer {
  /// Reads a dual-layer model for some assets.
  init(_ reader: ConfigReader, assets: [String], rowsPerYear: Double) {
    var classes = reader.object("classes") { reader in
      assets.map {
        reader.about("the asset's class in the table").choice($0, of: AssetClass.allCases)
      }
    }
    // Assets that could not be read are a fault reported elsewhere; decoding goes on.
    if classes.isEmpty { classes = [.equities] }
    let cycle = reader.object("cycle") { LeadingIndicator($0) }
    let equities = classes.firstIndex(of: .equities) ?? 0
    let gauge = reader.object("volatility") { reader in
      VolatilityGauge(reader, assets: assets, standard: equities, rowsPerYear: rowsPerYear)
    }
    self.init(classes: classes, cycle: cycle, gauge: gauge)
    table = reader.object("table") { BudgetTable($0) }
    confirmation = reader.about("rows in a row after which a new state counts")
      .int("confirmation", default: 5, in: 1...1000)
    anticipation = reader.about(
      "rows ahead that the Markov chain of states expects budgets for; 0 takes the present state's"
    )
    .int("anticipation", default: 1, in: 0...1000)
    tactics = reader.object("tactics") { TacticalRefinement($0) }
    smoothing = reader.object("smoothing") { BudgetSmoothing($0) }
    triggers = reader.object("triggers") { RebalancingTriggers($0) }
    limits = reader.object("limits") { reader in
      TradeLimits(
        total: reader.about("the largest one-way change of the portfolio by one decision")
          .double("total", default: 0.15, in: .above(0)),
        single: reader.about("the largest change of one asset by one decision")
          .double("single", default: 0.08, in: .above(0)))
    }
    covariance = reader.object("covariance") { DualLayerCovariance($0) }
    forecastError = reader.object("forecastError") { reader in
      let size = reader.about(
        "relative error put into volatility forecasts on purpose, uniform within ± this, a new one every 21 rows"
      )
      .double("size", default: 0, in: 0..<1)
      let seed = reader.about("seed of the errors").int("seed", default: 1, in: 0...)
      return size > 0
        ? ForecastError(size: size, generator: SplitMix64(seed: UInt64(seed))) : nil
    }
  }
}

extension LeadingIndicator {
  fileprivate init(_ reader: ConfigReader) {
    let names = reader.about(
      "indicators of the economy; a leading hyphen marks those that fall when it does well"
    )
    .strings("indicators", count: 1...)
    self.init(
      names.isEmpty
        ? [Series("missing")]
        : names.map {
          $0.hasPrefix("-") ? Series(String($0.dropFirst()), falling: true) : Series($0)
        },
      window: reader.about("rows that moments and the principal component are estimated from")
        .int("window", default: 1260, in: LeadingIndicator.minimumRows...100_000),
      refit: reader.about("rows from one estimation to the next")
        .int("refit", default: 21, in: 1...10_000),
      smoothing: reader.about("rows that the level is a mean of")
        .int("smoothing", default: 21, in: 1...10_000),
      horizon: reader.about("rows over which its change is taken")
        .int("horizon", default: 63, in: 1...10_000))
  }
}

extension VolatilityGauge {
  fileprivate init(
    _ reader: ConfigReader, assets: [String], standard: Int, rowsPerYear: Double
  ) {
    let indicator = reader.about(
      "a volatility index in percent; without one the realised volatility of an asset"
    )
    .optionalString("indicator")
    let asset = reader.about("that asset; the first of the equities by default")
      .optionalString("asset")
    let realised = reader.about("rows of its realised volatility")
      .int("rows", default: 21, in: 2...10_000)
    var index = standard
    if let asset {
      if let found = assets.firstIndex(of: asset) {
        index = found
      } else {
        reader.report(
          "asset",
          "'\(asset)' is not an asset of the experiment\(Spelling.hint(for: asset, among: assets))")
      }
    }
    let window = reader.about("rows that a volatility is ranked among")
      .int("window", default: 1260, in: VolatilityGauge.minimumRows...100_000)
    let low = reader.about("below this rank volatility is low")
      .double("low", default: 1.0 / 3, in: .between(0, 1))
    let high = reader.about("above this rank it is high")
      .double("high", default: 2.0 / 3, in: .between(0, 1))
    if low > high { reader.report("low", "value is \(low); expected at most 'high' (\(high))") }
    self.init(
      indicator.map { .indicator($0) } ?? .realised(asset: index, window: realised),
      window: window, quantiles: min(low, high)...max(low, high), rowsPerYear: rowsPerYear)
  }
}

extension BudgetTable {
  fileprivate init(_ reader: ConfigReader) {
    var elements: [Double] = []
    for phase in EconomicPhase.allCases {
      elements += reader.object("\(phase)") { reader in
        VolatilityState.allCases.flatMap { state -> [Double] in
          let cell = Array(Self.standard.cells.row(MarketState(phase, state).index))
          let row = reader.about(
            "risk budgets of equities, bonds, commodities, real estate in percent"
          )
          .doubles("\(state)", default: cell, in: 0...100, count: 4...4)
          guard row.count == 4, row.contains(where: { $0 > 0 }) else {
            if row.count == 4 {
              reader.report("\(state)", "all budgets are 0; expected one above 0")
            }
            return cell
          }
          return row
        }
      }
    }
    self.init(
      Matrix(rows: MarketState.count, columns: AssetClass.allCases.count, elements: elements))
  }
}

extension TacticalRefinement {
  fileprivate init(_ reader: ConfigReader) {
    let value = reader.about("weight of the valuation score").double("value", default: 0.1)
    let momentum = reader.about("weight of the momentum score").double("momentum", default: 0.1)
    let sharpe = reader.about("weight of the conditional Sharpe ratio's score")
      .double("sharpe", default: 0.1)
    let valueWindow = reader.about("rows of the valuation")
      .int("valueWindow", default: 1260, in: 2...100_000)
    let skip = reader.about("last rows left out of the momentum")
      .int("momentumSkip", default: 21, in: 0...10_000)
    var momentumWindow = reader.about("rows of the momentum, the skipped ones included")
      .int("momentumWindow", default: 252, in: 2...100_000)
    if momentumWindow < skip + 2 {
      reader.report(
        "momentumWindow", "value is \(momentumWindow); expected at least momentumSkip + 2")
      momentumWindow = skip + 2
    }
    self.init(
      value: value, momentum: momentum, sharpe: sharpe, valueWindow: valueWindow,
      momentumWindow: momentumWindow, momentumSkip: skip,
      sharpeWindow: reader.about("rows of the conditional Sharpe ratio's mean")
        .int("sharpeWindow", default: 126, in: 1...100_000),
      limit: reader.about("how far a budget may move from its strategic value, as a fraction of it")
        .double("limit", default: 0.3, in: 0..<1))
  }
}

extension BudgetSmoothing {
  fileprivate init(_ reader: ConfigReader) {
    let base = reader.about("the slowest rate at which budgets follow, per row")
      .double("base", default: 0.05, in: .above(0, upTo: 1))
    var range = reader.about("what high volatility adds to it; 0 is a constant rate")
      .double("range", default: 0.2, in: 0...1)
    if base + range > 1 {
      reader.report("range", "value is \(range); expected at most 1 − base")
      range = 1 - base
    }
    self.init(
      base: base, range: range,
      start: reader.about("the rate of the first step").double(
        "start", default: 0.15, in: .above(0, upTo: 1)))
  }
}

extension RebalancingTriggers {
  private enum Calendar: String, CaseIterable {
    case none
    case weekly
    case monthly
    case quarterly
    case yearly
  }

  fileprivate init(_ reader: ConfigReader) {
    let state = reader.about("whether a change of state decides anew").bool("state", default: true)
    let change = reader.about(
      "relative move of an eigenvalue of the correlation matrix since the last decision that does; null for never"
    )
    .number("eigenvalueChange", default: 0.15)
    let watched = reader.about("which eigenvalues").choice("eigenvalues", default: Eigenvalues.any)
    let deviation = reader.about(
      "distance of a share of risk from its budget that does; null for never"
    )
    .number("riskDeviation", default: 0.1)
    let calendar = reader.about("the period on whose first row it decides anyway")
      .choice("calendar", default: Calendar.monthly)
    let schedule: RebalancingSchedule? =
      switch calendar {
      case .none: nil
      case .weekly: .weekly
      case .monthly: .monthly
      case .quarterly: .quarterly
      case .yearly: .yearly
      }
    self.init(
      onStateChange: state, eigenvalueChange: change, eigenvalues: watched,
      riskDeviation: deviation, calendar: schedule,
      continues: reader.about("whether a trade cut by its limits goes on at the next row")
        .bool("continues", default: false))
  }
}

extension DualLayerCovariance {
  private enum Model: String, CaseIterable {
    case rolling
    case egarchDCC = "egarch-dcc"
  }

  fileprivate init(_ reader: ConfigReader) {
    let model = reader.about(
      "rolling: of the last rows; egarch-dcc: EGARCH volatilities and DCC correlations, forecast"
    )
    .choice("model", default: Model.rolling)
    let window = reader.about("rows of the rolling covariance")
      .int("window", default: 20, in: 2...10_000)
    let history = reader.about("past rows that EGARCH and DCC are estimated on")
      .int("history", default: 2520, in: 504...100_000)
    let refit = reader.about("rows from one estimation of theirs to the next")
      .int("refit", default: 252, in: 1...100_000)
    let filter = reader.about("rows that their forecast is filtered over")
      .int("filter", default: 252, in: 50...10_000)
    self =
      switch model {
      case .rolling: .rolling(window: window)
      case .egarchDCC: .conditional(history: history, refit: refit, window: filter)
      }
  }
}

extension ConfigReader {
  /// A positive number, `value` when the key is missing, infinite for `null`.
  fileprivate func number(_ key: String, default value: Double) -> Double {
    let given = read(
      key, fallback: value, standIn: value, expected: "a number above 0 or null",
      encode: { JSONValue($0) },
      parse: {
        $0.content == .null ? Double.infinity : $0.double.flatMap { $0 > 0 ? $0 : nil }
      })
    return given
  }
}
