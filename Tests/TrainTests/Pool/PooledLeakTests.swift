import Autodiff
import Finance
import Testing

@testable import Train

/// Nothing of a pooled universe after the end of a fold's training matters to the fold.
@Suite struct PooledLeakTests {
  @Test(arguments: PooledExperiment.models)
  func nothingAfterTheTrainingMatters(_ model: SmallModel) throws {
    let problem = try PooledExperiment.problem(model.overrides)
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty, "\(outcome)")
      #expect(outcome.compared > 500 && outcome.training.after == 0)
      let end = problem.holdingEnd(problem.folds[outcome.fold].train.upperBound - 1)
      #expect(
        CheckCommand.leakTest(outcome).contains(
          "data after \(outcome.date), of the pool after \(end) replaced: nothing changed"))
    }
  }

  @Test(arguments: ["folds.scheme=rolling", "folds.validationBlocks=2", "folds.scheme=single"])
  func norInAnyScheme(_ scheme: String) throws {
    let problem = try PooledExperiment.problem([scheme])
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty, "\(outcome)")
      #expect(outcome.training.after == 0)
    }
  }

  /// Assets of the universe that are listed late, and the moment of their listing.
  @Test(arguments: [250, 330]) func norWhenAnAssetIsListed(row: Int) throws {
    let data = PooledExperiment.data
    var prices = data.prices
    for t in 0..<row { prices[t, 3] = .nan }
    let late = MarketData(
      dates: data.dates, assets: data.assets, prices: prices, indicatorNames: ["X"],
      indicators: data.indicators)
    let pool = PooledExperiment.pool().replacing(
      "\"prices\"", with: "\"lateListings\": \"join\", \"prices\"")
    let problem = try PooledExperiment.problem(
      pool: PooledExperiment.override(pool), data: [late])
    #expect(problem.pool[0].problem.availability != nil)
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty, "\(outcome)")
    }
  }

  /// Negative control: noise from one row earlier on reaches the network.
  @Test(arguments: 0..<2) func aLeakOfOneRowIsCaught(fold index: Int) throws {
    let problem = try PooledExperiment.problem()
    let (fold, universe) = (problem.folds[index], problem.pool[0])
    let test = LeakTest(problem: problem)
    let other = universe.problem
    let parts = universe.trainParts(beside: fold.splits[0], in: problem)
    let last = other.rows[parts[0].upperBound - 1] + 6
    #expect(other.data.dates[last] == other.holdingEnd(parts[0].upperBound - 1))
    let decision = fold.test.lowerBound + 2
    for (row, isLeak) in [(last, false), (last - 1, true)] {
      var generator = SplitMix64(seed: 4)
      let outcome = try test.compare(
        decision, fold: fold, with: problem.data,
        pool: [other.data.corrupted(after: row, generator: &generator)])
      #expect(
        outcome.differences.contains { $0.hasPrefix("trained parameters") } == isLeak, "\(outcome)")
      #expect(outcome.differences.isEmpty != isLeak)
    }
  }

  /// A whole run on a pool that changes after the last training: nothing changes; after an earlier one, the
  /// folds up to it keep their bits.
  @Test func theEarlierFoldsOfAWholeRunKeepTheirBits() throws {
    let problem = try PooledExperiment.problem(["training.seeds=1"])
    let before = try SmallExperiment.run(problem)
    let data = problem.pool[0].problem.data
    let test = LeakTest(problem: problem)
    for (index, fold) in problem.folds.enumerated() {
      let row = try #require(data.dates.lastRow(onOrBefore: test.trainingEnd(fold)))
      var generator = SplitMix64(seed: 6)
      let changed = try PooledExperiment.problem(
        ["training.seeds=1"], data: [data.corrupted(after: row, generator: &generator)])
      let after = try SmallExperiment.run(changed)
      for (old, new) in zip(before.fits, after.fits) where old.unit.member.isOfModel {
        #expect((old.state == new.state) == (old.unit.fold.index <= index))
        if old.unit.fold.index <= index { #expect(old.decisions == new.decisions) }
      }
    }
  }
}
