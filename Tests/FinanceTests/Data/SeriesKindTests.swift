import Autodiff
import Finance
import Foundation
import Testing

@Suite struct SeriesKindTests {
  private func returns(_ scale: Double) -> Panel {
    makePanel([("R", wavyReturns(rows: 200, assets: 1).column(0).map { scale * $0 })])
  }

  @Test func pricesAndReturnsAreToldApart() throws {
    #expect(try EmbeddedData.prices().inferredKind(of: ["SP500", "WTI"]).kind == .prices)
    #expect(try EmbeddedData.prices().inferredKind(of: ["SP500"]).note == nil)
    let (kind, note) = try returns(1).inferredKind(of: ["R"])
    #expect(kind == .returns)
    #expect(note?.hasPrefix("Taken as returns (simple, 0.01 = 1 %): ") == true)
    // One negative price is a fault of a price file, found where prices are checked.
    #expect(
      try makePanel([("P", [1, -37, 3, 4, 5, 6, 7, 8, 9, 10, 11])]).inferredKind(of: ["P"]).kind
        == .prices)
  }

  @Test func whatMayBeInPercentIsRefused() {
    let percent = #expect(throws: DataError.self) { try returns(100).inferredKind(of: ["R"]) }
    #expect(
      percent?.description.hasSuffix(
        "returns as fractions or in percent?; state data.kind in the config (or --kind on the command "
          + "line): \"prices\", \"returns\", \"percent-returns\", \"log-returns\".") == true)
    let small = #expect(throws: DataError.self) {
      try makePanel([("RF", [0.001, 0.002, 0.001])]).inferredKind(of: ["RF"])
    }
    #expect(small?.description.contains("at most 0.002: prices or returns?") == true)
  }

  @Test(arguments: SeriesKind.allCases) func levelsGrowByTheirReturns(_ kind: SeriesKind) throws {
    let simple = [0.01, -0.02, 0.03]
    let values: [Double] =
      switch kind {
      case .prices: [101, 98.98, 101.9494]
      case .returns: simple
      case .percentReturns: simple.map { 100 * $0 }
      case .logReturns: simple.map { log(1 + $0) }
      }
    let panel = makePanel([("R", values), ("other", [1, 2, 3])])
    let levels = try panel.levels(of: ["R"], from: kind)
    #expect(relativeError(levels.values.column(0), [101, 98.98, 101.9494]) < 1e-14)
    #expect(levels.values.column(1) == [1, 2, 3])
  }

  @Test func aMissingReturnIsAGapInTheLevel() throws {
    let panel = makePanel([("R", [0.1, .nan, 0.1])])
    let levels = try panel.levels(of: ["R"], from: .returns).values.column(0)
    #expect(levels[1].isNaN)
    #expect(abs(levels[2] - 121) < 1e-12)
  }

  @Test func aTotalLossIsNoReturn() {
    let panel = makePanel([("R", [0.1, -1, 0.1])])
    let error = #expect(throws: DataError.self) { try panel.levels(of: ["R"], from: .returns) }
    #expect(
      error?.description
        == "memory: column 'R': '-1.0' is not a return (returns); expected more than −100 %.")
  }
}
