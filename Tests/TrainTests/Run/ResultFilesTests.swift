import Finance
import Testing

@testable import Train

@Suite struct ResultFilesTests {
  /// The members differ by chance only: `dispersion` says by how much.
  @Test func theDispersionIsThatOfTheMembers() throws {
    let run = try SmallRun(["training.seeds=3"])
    let summary = try ConfigDocument(contentsOf: run.directory.summary).root
    let dispersion = try #require(summary["dispersion"])
    let members = try #require(summary["members"]?.members)
    #expect(members.map(\.key) == ["seed-0", "seed-1", "seed-2"])
    let ratios = members.compactMap { $0.value["sharpeRatio"]?.double }
    #expect(ratios.count == 3 && Set(ratios).count == 3)
    #expect(dispersion["count"]?.int == 3)
    #expect(dispersion["sharpeRatios"]?.elements?.compactMap(\.double) == ratios)
    let mean = (ratios[0] + ratios[1] + ratios[2]) / 3
    let squares = ratios.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    #expect(abs((dispersion["sharpeMean"]?.double ?? .nan) - mean) < 1e-14)
    #expect(
      abs((dispersion["sharpeDeviation"]?.double ?? .nan) - (squares / 2).squareRoot()) < 1e-14)
    // Each is the ratio of what that member alone earned, not of the ensemble.
    let result = try FinishedRun(run.directory.path).result
    #expect(result.members.map(\.summary.sharpeRatio) == ratios)
    #expect(!ratios.contains(result.model.summary.sharpeRatio))
  }

  /// A rule in the model's place has no members: nothing differs by chance.
  @Test func aRuleHasNoDispersion() throws {
    let run = try SmallRun([
      "strategy={\"rule\":\"risk-parity\"}", "baselines=[\"equal-weight\"]",
    ])
    let summary = try ConfigDocument(contentsOf: run.directory.summary).root
    #expect(summary["dispersion"] == JSONValue(nilLiteral: ()))
  }
}
