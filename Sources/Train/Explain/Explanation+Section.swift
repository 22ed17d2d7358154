internal import Finance

extension Explanation {
  /// The section of the report.
  var section: ReportSection {
    let a = attribution
    return ReportSection(
      "What moves it",
      """
      Shapley values share out, date by date, how far the decisions differ from those without any \
      feature, among \(a.groups.count) groups of features. A group that is left out takes the values of \
      stretches of the training period (\(a.backgrounds) of them). \
      \(a.errors == nil ? "Every coalition of groups was evaluated" : "Coalitions were sampled"); on \
      every date the shares sum to the difference. They describe the model, not the market.
      """,
      content: [importance, byAsset, byRegime] + overTime + [volatility] + derivatives)
  }

  private var importance: ReportContent {
    let a = attribution
    let order = a.groups.indices.sorted {
      (a.budgetMoved($1), $0) < (a.budgetMoved($0), $1)
    }
    return .bars(
      BarChart(
        "Risk budget moved", axisTitle: "mean over \(a.dates.count) dates of ½ Σ|φ|, of all risk",
        format: .percent(digits: 2),
        bars: order.map { .init(a.groups[$0], a.budgetMoved($0), margin: a.budgetMargin($0)) },
        note: a.errors == nil
          ? ""
          : "Sampled: lines and ± are 95 % intervals. Those of every date, asset and group are in "
            + "attribution.csv."))
  }

  private var byAsset: ReportContent {
    let a = attribution
    return .map(
      HeatMap(
        "Budget moved, by asset", axisTitle: "mean |φ|, % of all risk", format: .percent(digits: 2),
        shading: .sequential, rows: a.groups, columns: a.assets,
        values: a.groups.indices.map { g in
          a.assets.indices.map { i in
            Measures.mean(a.dates.indices.map { a.shares[g][$0][i].magnitude })
          }
        }))
  }

  private var byRegime: ReportContent {
    let a = attribution
    let met = a.met.map(\.state)
    return .table(
      ReportTable(
        "By regime",
        columns: [.text("Group")]
          + met.map { .number("budget moved, \(a.states[$0]), %") }
          + met.map { .number("volatility, \(a.states[$0]), bp") },
        rows: a.groups.indices.map { g in
          [a.groups[g]]
            + met.map { NumberText.fixed(100 * a.budgetMoved(g, in: $0), digits: 2) }
            + met.map { NumberText.fixed(1e4 * a.volatilityMoved(g, in: $0), digits: 1) }
        },
        notes: [
          (a.states == Attribution.volatilityStates
            ? "Regimes are terciles, over the test periods, of the assets' forecast volatilities"
            : "Regimes are the model's, the likeliest on each date")
            + " (dates: \(a.met.map { "\(a.states[$0.state]) \($0.dates)" }.joined(separator: ", ")))."
            + " Volatility is the portfolio's forecast per year: what a group adds to it."
        ]))
  }

  /// The budgets of the assets that features move most.
  private var overTime: [ReportContent] {
    let a = attribution
    guard a.dates.count > 1 else { return [] }
    let moved = a.assets.indices.map { i in
      a.groups.indices.reduce(0) { sum, g in
        sum + a.dates.indices.reduce(0) { $0 + a.shares[g][$1][i].magnitude }
      }
    }
    let order = a.assets.indices.sorted { (moved[$1], $0) < (moved[$0], $1) }.prefix(3)
    return order.map { i in
      .areas(
        AreaChart(
          "Budget of \(a.assets[i])", axisTitle: "above or below the budget without features",
          format: .percent(digits: 1), days: a.dates.map(\.days),
          layers: a.groups.indices.map { g in
            AreaChart.Layer(a.groups[g], a.dates.indices.map { a.shares[g][$0][i] })
          }))
    }
  }

  private var volatility: ReportContent {
    let a = attribution
    return .bars(
      BarChart(
        "Volatility added",
        axisTitle: "mean share in the portfolio's forecast volatility, per year",
        format: .basisPoints(digits: 1),
        bars: a.groups.indices.map {
          .init(a.groups[$0], a.volatilityMoved($0), margin: a.volatilityMargin($0))
        }))
  }

  /// Derivatives at the last tested decision.
  private var derivatives: [ReportContent] {
    guard let last = sensitivities.last else { return [] }
    func map(_ title: String, _ axis: String, _ names: [String], _ values: [[Double]])
      -> ReportContent?
    {
      guard !names.isEmpty else { return nil }
      return .map(
        HeatMap(
          title, axisTitle: axis, format: .percent(digits: 2), shading: .diverging, rows: names,
          columns: last.assets, values: values))
    }
    let unit = "percentage points of weight per standard deviation, on \(last.date)"
    return [
      map("Weight by its own feature", unit, last.assetFeatures, last.own),
      map("Weight by a feature of all assets together", unit, last.assetFeatures, last.common),
      map("Weight by a feature of the market", unit, last.marketFeatures, last.market),
    ].compactMap { $0 }
  }
}
