import Autodiff
import Finance

@testable import Train

/// The small experiment with a pooled universe of four other assets, on a calendar of their own.
enum PooledExperiment {
  /// The universe in the config, with what its settings say beside name and data.
  static func pool(_ name: String = "other", _ settings: String = "\"least\": 8") -> String {
    """
    {"name": "\(name)", \(settings), "data": {"prices": "other.csv", "indicators": "signals.csv", \
    "assets": ["P", "Q", "R", "S"]}}
    """
  }

  static func override(_ universes: String...) -> String {
    "training.pool=[\(universes.joined(separator: ", "))]"
  }

  static let other = override(pool())

  /// Prices from half a year before those of the small experiment to after them, without every 37th day and
  /// without cash.
  static let data = prices(rows: 640, from: 10_757)

  static func prices(rows: Int, from day: Int, seed: UInt64 = 21) -> MarketData {
    var generator = SplitMix64(seed: seed).split("pooled universe")
    let noise = generator.normals(rows * 6)
    var prices = Matrix(rows: rows, columns: 4, repeating: 50)
    var indicator = Matrix(rows: rows, columns: 1)
    for row in 0..<rows {
      indicator[row, 0] = noise[row * 6]
      guard row > 0 else { continue }
      for asset in 0..<4 {
        let shock = 0.5 * noise[row * 6 + 1] + noise[row * 6 + 2 + asset]
        let signal = 0.1 * indicator[row - 1, 0] * (asset < 2 ? 1 : -1)
        prices[row, asset] =
          prices[row - 1, asset] * (1 + 0.0002 + 0.005 * Double(asset + 1) * (shock + signal))
      }
    }
    let days = CalendarDate.weekdays(from: CalendarDate(days: day), count: 2 * rows)
    return MarketData(
      dates: Array(days.enumerated().filter { $0.offset % 37 != 5 }.map(\.element).prefix(rows)),
      assets: ["P", "Q", "R", "S"], prices: prices, indicatorNames: ["X"], indicators: indicator)
  }

  static func problem(
    _ overrides: [String] = [], pool: String = other, data: [MarketData] = [data]
  ) throws -> Problem {
    try Problem(
      try SmallExperiment.experiment([pool] + overrides), data: SmallExperiment.data, pool: data)
  }

  /// The compositions of blocks that can be pooled; every such block is in one of them.
  static let models =
    SmallModel.all.filter { model in
      !model.overrides.contains { text in
        [
          "joint", "head.kind=none", "regimes", "groups", "floorRule", "dualLayer", "tilt.limit",
        ].contains { text.contains($0) }
      }
    } + [
      SmallModel(
        name: "tilt by the past beside a network",
        overrides: [
          "model.tilt.kind=trailing", "model.tilt.strength=0.05", "model.tilt.rows=40",
          "model.head.kind=mlp",
        ]),
      SmallModel(
        name: "garch beside a network",
        overrides: [
          "model.risk.kind=garch", "model.risk.weight=0.1", "model.risk.warmup=40",
          "model.gate.kind=rule", "model.gate.rows=60",
        ]),
      SmallModel(
        name: "dcc beside a network",
        overrides: ["model.risk.kind=dcc", "model.risk.warmup=40", "model.sequence.kind=none"]),
      SmallModel(
        name: "drawdowns of scenarios",
        overrides: ["model.measure={\"kind\":\"edar\",\"confidence\":0.8,\"rows\":60}"]),
    ]
}
