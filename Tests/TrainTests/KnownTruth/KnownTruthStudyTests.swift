import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

@Suite struct KnownTruthStudyTests {
  private static let config = """
    {
      "name": "study",
      "data": {"simulated": {"market": "usim7s", "days": 400, "testDays": 200}},
      "execution": {"costBasisPoints": 0},
      "features": {"asset": ["volatility(20)"], "market": ["indicatorMean(STATE,5)"]},
      "model": {"head": {"kind": "none"}, "sequence": {"kind": "none"}},
      "training": {"epochs": 3},
      "folds": {"firstTest": "2020-01-01", "train": 10, "validation": 8, "test": 1000},
      "baselines": ["risk-parity", "constant-budgets"],
      "study": {"firstSeed": 5, "seeds": 2, "variants": [
        {"name": "constants"},
        {"name": "regimes", "set": ["model.regimes={}"]}
      ]}
    }
    """

  private func study(_ file: String?, _ overrides: [String] = []) throws -> KnownTruthStudy {
    var document = try ConfigDocument(parsing: Self.config, file: "study.json")
    for override in overrides { try document.apply(ConfigOverride(parsing: override)) }
    let settings = try #require(try document.decode { Experiment($0) }.value.study)
    return KnownTruthStudy(document: document, settings: settings, file: file, threads: 2)
  }

  @Test func resultsAreKeptAndReadBack() throws {
    let directory = NSTemporaryDirectory() + "keel-study-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let file = directory + "/cells.jsonl"
    let first = try study(file).run()
    #expect(first.map(\.seed) == [5, 6, 5, 6] && first.map(\.variant) == [0, 0, 1, 1])
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 4)
    // Nothing is trained again, and one more seed is added.
    let again = try study(file).run()
    #expect(again.map(\.measurements) == first.map(\.measurements))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    // Results do not depend on what runs beside: one alone gives the same.
    let (experiment, _) = try study(nil).experiment(variant: 1, seed: 6)
    #expect(try KnownTruthStudy.measure(experiment) == first[3].measurements)
    // A damaged file is refused.
    try "{\"seed\": 5}\n".write(toFile: file, atomically: true, encoding: .utf8)
    let error = #expect(throws: ExperimentError.self) { try study(file).run() }
    #expect(error?.description.contains("a line that is no result") == true)
  }

  @Test func aPoolIsRefused() throws {
    let study = try study(
      nil,
      [
        """
        training.pool=[{"name": "more", "data": {"simulated": {"market": "usim7s"}}}]
        """, "model.head.kind=linear",
      ])
    let error = #expect(throws: ExperimentError.self) { try study.experiment(variant: 0, seed: 5) }
    #expect(
      error?.description
        == "training.pool names more; expected [] in a study of known truth, whose data are its own"
    )
  }

  @Test func tablesCompareVariantByVariant() throws {
    let study = try study(nil)
    let table = KnownTruthTable(
      variants: study.settings.variants.map(\.name), cells: try study.run())
    #expect(table.sharpe.count == 3 && table.sharpe[0].count == table.sharpe[1].count)
    #expect(table.sharpe[1][0] == "constants" && table.sharpe[1][1] == "2")
    #expect(table.drawdowns[0].count == table.drawdowns[2].count)
    let text = KnownTruthTable.markdown(table.sharpe)
    #expect(text.hasPrefix("| variant | seeds |") && text.split(separator: "\n").count == 4)
  }

  /// Student's distribution with three degrees of freedom has a closed form.
  @Test func thePairedTestIsTheTextbooks() {
    let test = PairedComparison([1, 2, 3, 4], [0.5, 2.5, 2, 3])
    #expect(abs(test.difference - 0.5) < 1e-15)
    #expect(abs(test.t - 2.0.squareRoot()) < 1e-12)
    let u = test.t / 3.0.squareRoot()
    let p = 1 - 2 / Double.pi * (u / (1 + u * u) + atan(u))
    #expect(abs(test.p - p) < 1e-12)
    #expect(test.wins == 0.75)
  }

  @Test func halfOfTheCutIsTimed() {
    // Falls by a hundredth a day from 1 to .6 and stays.
    let risk = (0...60).map { max(0.6, 1 - 0.01 * Double($0)) }
    #expect(KnownTruthTable.daysToHalf(risk) == 20)
    #expect(KnownTruthTable.daysToHalf([Double](repeating: 1, count: 61)) == nil)
    #expect(KnownTruthTable.daysToHalf([]) == nil)
  }
}
