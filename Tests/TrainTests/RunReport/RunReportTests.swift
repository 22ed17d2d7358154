import Finance
import Testing

@testable import Train

/// The page of small runs on simulated markets.
@Suite struct RunReportTests {
  /// Trains the experiment of a config and gives its evidence and its page.
  private static func run(_ config: String) throws -> (evidence: RunEvidence, page: ReportDocument)
  {
    try withTemporaryDirectory { folder in
      try AtomicFile.write(config, to: folder + "/small.json")
      let loaded = try LoadedExperiment(config: folder + "/small.json")
      let problem = try Problem(loaded.experiment, data: loaded.data)
      let evidence = try RunEvidence(try SmallExperiment.run(problem))
      return (evidence, RunReport(evidence: evidence, provenance: loaded.provenance).document)
    }
  }

  private static func config(
    market: String, features: String, model: String, baselines: String, report: String = "{}"
  ) -> String {
    """
    {
      "name": "small",
      "data": {"simulated": {\(market), "days": 400, "testDays": 300}},
      "execution": {"lag": 1, "costBasisPoints": 10},
      "features": \(features),
      "covariance": {"estimator": "ledoit-wolf", "window": 60},
      "model": \(model),
      "training": {"epochs": 2, "patience": 2, "seeds": 2},
      "folds": {"firstTest": "2020-01-01", "train": 16, "validation": 8, "test": 1000},
      "baselines": \(baselines),
      "report": \(report)
    }
    """
  }

  private static let regimes = try? run(
    config(
      market: "\"market\": \"usim7s\"",
      features: "{\"asset\": [], \"market\": [\"indicator(STATE)\"]}",
      model: "{\"sequence\": {\"kind\": \"none\"}, \"regimes\": {\"count\": 2}, \"gate\": {}}",
      baselines: """
        ["equal-weight", "risk-parity", {"rule": "inverse-volatility", "rebalance": "monthly"}]
        """,
      report: "{\"equities\": [\"\(KnownTruth.assets[0])\"]}"))

  private func charts(_ page: ReportDocument) -> [LineChart] {
    page.sections.flatMap(\.content).compactMap {
      if case .lines(let chart) = $0 { chart } else { nil }
    }
  }

  @Test func everyPartIsOnThePage() throws {
    let page = try #require(Self.regimes).page
    let html = page.html()
    #expect(Markup(html).fault == nil)
    for words in [
      "Hindsight ceiling of constant budgets", "Detectable difference", "Growth of 1", "Drawdowns",
      "Rolling Sharpe ratio", "Rolling volatility", "Calendar of returns", "Weights",
      "Risk contributions", "Risk budgets", "Regime probabilities", "Gates", "Turnover",
      "Costs paid", "Losses by epoch", "Folds", "Each network on its own", "Break-even cost",
      "p against risk parity",
    ] { #expect(html.contains(words), "\(words)") }
  }

  /// A baseline on a calendar of its own has its line as all others, and the first purchase none.
  @Test func everyStrategyTrades() throws {
    let (evidence, page) = try #require(Self.regimes)
    let strategies = evidence.result.strategies
    let turnover = try #require(charts(page).first { $0.title == "Turnover" })
    let costs = try #require(charts(page).first { $0.title == "Costs paid" })
    #expect(turnover.series.map(\.name) == strategies.map(\.title))
    for (series, strategy) in zip(costs.series, strategies) {
      // All that was traded within the periods is paid at 10 basis points.
      let traded = PeriodReturns(strategy, of: evidence.result.problem).turnover.reduce(0, +)
      #expect(abs((series.lastValue ?? 0) - 0.001 * traded) < 1e-12, "\(series.name)")
    }
    let year = Int(evidence.result.problem.periodsPerYear.rounded())
    for series in turnover.series {
      #expect(series.values.prefix(year).allSatisfy { $0.isNaN }, "\(series.name)")
      #expect(series.values[year].isFinite)
    }
  }

  @Test func theTerminalSaysWhatCouldBeSeen() throws {
    let text = MeasuresTable(evidence: try #require(Self.regimes).evidence).text
    #expect(text.contains("lead over risk parity: Sharpe ") && text.contains("; detectable from "))
    #expect(text.contains("hindsight ceiling of constant budgets: Sharpe "))
  }

  @Test func manyAssetsAreShaded() throws {
    let (_, page) = try Self.run(
      Self.config(
        market: "\"market\": \"sectors\", \"assets\": 25",
        features: "{\"asset\": [\"momentum(21)\"]}",
        model: "{\"sequence\": {\"kind\": \"none\"}, \"assetConstants\": false}",
        baselines: "[\"risk-parity\"]"))
    let maps = page.sections.flatMap(\.content).compactMap { content -> HeatMap? in
      if case .map(let map) = content { map } else { nil }
    }
    let weights = try #require(maps.first { $0.title == "Weights" })
    #expect(weights.rows.count == 25 && weights.columns.count <= 60)
    for column in weights.columns.indices {
      #expect(abs(weights.values.reduce(0) { $0 + $1[column] } - 1) < 1e-5)
    }
    #expect(Markup(page.html()).fault == nil)
  }
}
