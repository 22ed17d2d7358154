import Autodiff
import Finance

@testable import Train

/// The small experiment with its last asset listed late, and without it.
enum LateListing {
  /// Rows of history that the small experiment asks of an asset: its momentum's volatility has 60.
  static let history = 60

  /// The small data with asset C unlisted before a row, perhaps as they stood in the evening of another.
  static func data(listing row: Int, through last: Int? = nil) -> MarketData {
    let all = SmallExperiment.data
    let rows = 0..<(last.map { $0 + 1 } ?? all.dates.count)
    func head(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: rows.count, columns: matrix.columns,
        elements: Array(matrix.elements[..<(rows.count * matrix.columns)]))
    }
    var prices = head(all.prices)
    for t in 0..<row { prices[t, 2] = .nan }
    return MarketData(
      dates: Array(all.dates[rows]), assets: all.assets, prices: prices,
      cashLevels: all.cashLevels.map { Array($0[rows]) }, indicatorNames: all.indicatorNames,
      indicators: head(all.indicators))
  }

  /// The small data without asset C.
  static let smaller: MarketData = {
    let all = SmallExperiment.data
    return MarketData(
      dates: all.dates, assets: ["A", "B"],
      prices: Matrix(
        rows: all.dates.count, columns: 2,
        elements: (0..<all.dates.count).flatMap { [all.prices[$0, 0], all.prices[$0, 1]] }),
      cashLevels: all.cashLevels, indicatorNames: all.indicatorNames, indicators: all.indicators)
  }()

  static let join = "data.lateListings=join"

  static func problem(_ overrides: [String] = [], listing row: Int) throws -> Problem {
    try Problem(
      try SmallExperiment.experiment([join] + overrides), data: data(listing: row))
  }

  static func smallerProblem(_ overrides: [String] = []) throws -> Problem {
    try Problem(
      try SmallExperiment.experiment(["data.assets=[\"A\",\"B\"]"] + overrides), data: smaller)
  }

  /// The decisions of a problem before C is in the universe.
  static func early(_ problem: Problem) -> Range<Int> {
    0..<(0..<problem.rows.count).prefix { problem.availability?[$0, 2] == false }.count
  }

  /// The compositions of blocks that late listings are supported by.
  static let models =
    SmallModel.all.filter { model in
      !["cholesky", "garch", "dcc", "factor", "tilt", "groups"].contains { word in
        model.overrides.contains { $0.contains(word) }
      }
    } + [
      SmallModel(
        name: "attention",
        overrides: [
          "model.sequence.hidden=4", "model.attention.neighbours=1", "model.attention.tokens=1",
          "model.attention.weighting=entmax", "model.attention.lookback=40",
        ]),
      SmallModel(
        name: "drawdowns of scenarios",
        overrides: ["model.measure={\"kind\":\"edar\",\"confidence\":0.8,\"rows\":60}"]),
      SmallModel(name: "stochastic gates", overrides: ["model.gate={}"]),
      SmallModel(
        name: "gates to the others", overrides: ["model.gate.to=others", "model.gate.start=0.6"]),
      SmallModel(
        name: "the rule's gates",
        overrides: ["model.head.kind=none", "model.gate.kind=rule", "model.gate.rows=60"]),
      SmallModel(
        name: "the floor rule",
        overrides: [
          "model.floorRule={\"indicator\":\"X\",\"above\":0.5,\"assets\":[\"B\"],\"floor\":0.6}"
        ]),
      SmallModel(
        name: "features across the assets",
        overrides: [
          "features.asset=[\"relativeVolatility(21)\",\"marketCorrelation(30)\",\"correlation(A,30)\"]",
          "features.market=[\"indicator(X)\",\"meanCorrelation(30)\"]",
        ]),
    ]
}
