import Autodiff
import Finance
import Testing

@testable import Train

/// Which decisions of a pooled universe teach in a fold.
@Suite struct PooledUniverseTests {
  /// The universe's past, to the decision whose holding period ends when the training does.
  @Test func theCalendarCutsIt() throws {
    let problem = try PooledExperiment.problem()
    let universe = try #require(problem.pool.first)
    let other = universe.problem
    let history = problem.experiment.model.history
    #expect(other.date(0) < problem.date(0) && history > 0)
    for fold in problem.folds {
      let split = fold.splits[0]
      let end = problem.holdingEnd(fold.train.upperBound - 1)
      #expect(end < problem.date(split.validation.lowerBound))
      let parts = universe.trainParts(beside: split, in: problem)
      #expect(parts.count == 1 && parts[0].lowerBound == history)
      #expect(parts[0].count > fold.train.count)
      let last = parts[0].upperBound - 1
      #expect(other.holdingEnd(last) <= end && other.holdingEnd(last + 1) > end)
      #expect(universe.trainCount(beside: split, in: problem) == parts[0].count)
    }
  }

  /// Holding periods never meet a held-out block, wherever it lies, nor a test.
  @Test(arguments: [
    "folds.scheme=rolling", "folds.validationBlocks=2",
    "folds={\"scheme\":\"combinatorial\",\"groups\":4,\"testedGroups\":2,\"validation\":8,\"purge\":1}",
  ])
  func nothingHeldOutIsMet(_ scheme: String) throws {
    let problem = try PooledExperiment.problem([scheme, "model.sequence.kind=none"])
    let universe = try #require(problem.pool.first)
    var count = 0
    for fold in problem.folds {
      for split in fold.splits {
        let parts = universe.trainParts(beside: split, in: problem)
        #expect(parts.allSatisfy { $0.count >= Fold.shortest })
        for held in [split.validation] + fold.testParts {
          let (first, last) = (
            problem.date(held.lowerBound), problem.holdingEnd(held.upperBound - 1)
          )
          for decision in parts.joined() {
            #expect(
              universe.problem.holdingEnd(decision) < first
                || universe.problem.date(decision) > last)
            count += 1
          }
        }
        // A window that rolls does so for every universe.
        if scheme.contains("rolling") {
          let begin = try #require(parts.first).lowerBound
          #expect(universe.problem.date(begin) >= problem.date(fold.train.lowerBound))
          try #require(begin > 0)
          #expect(universe.problem.date(begin - 1) < problem.date(fold.train.lowerBound))
        }
      }
    }
    #expect(count > 100)
  }

  /// A window of all decisions there are is still a window: what the universe has before it stays out.
  @Test func aWindowThatRollsIsOneFromTheFirstDecisionOn() throws {
    func begin(_ scheme: String, train: Int = 20) throws -> (own: Range<Int>, pooled: Int) {
      let problem = try PooledExperiment.problem([
        "folds.scheme=\(scheme)", "folds.train=\(train)", "model.sequence.kind=none",
      ])
      let part = problem.pool[0].trainParts(
        beside: problem.folds[0].splits[0], in: problem)
      return (problem.folds[0].train, try #require(part.first).lowerBound)
    }
    let expanding = try begin("expanding")
    let rolling = try begin("rolling", train: expanding.own.count)
    #expect(rolling.own == expanding.own && expanding.own.lowerBound == 0)
    #expect(expanding.pooled == 0 && rolling.pooled > 10)
  }

  /// A universe that begins late teaches in later folds alone.
  @Test func itTeachesFromItsLeastOn() throws {
    let late = PooledExperiment.prices(rows: 420, from: 11_090)
    func counts(_ least: Int) throws -> [Int] {
      let problem = try PooledExperiment.problem(
        ["model.sequence.kind=none"],
        pool: PooledExperiment.override(PooledExperiment.pool("late", "\"least\": \(least)")),
        data: [late])
      return problem.folds.map { problem.pool[0].trainCount(beside: $0.splits[0], in: problem) }
    }
    let all = try counts(8)
    #expect(all.count > 2 && all[0] >= 8)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0 < $1 })
    #expect(try counts(all[1]) == [0] + all.dropFirst())
    let error = #expect(throws: ExperimentError.self) { try counts(1000) }
    #expect(
      error?.description
        == "training.pool 'late': fewer than 1000 of its decisions, from 2000-08-09 on, end with the "
        + "training of any fold; expected data that begin earlier, a smaller 'least', or weight 0",
      "\(error?.description ?? "")")
  }

  @Test func rowsOfAnotherFrequencyAreRefused() throws {
    let daily = PooledExperiment.data
    let weekly = MarketData(
      dates: (0..<640).map { CalendarDate(days: 10_000 + 7 * $0) }, assets: daily.assets,
      prices: daily.prices, indicatorNames: daily.indicatorNames, indicators: daily.indicators)
    let error = #expect(throws: ExperimentError.self) {
      try PooledExperiment.problem(data: [weekly])
    }
    #expect(
      error?.description
        == "training.pool 'other': its rows are 7.0 days apart, those of the experiment 1.4; "
        + "decisions.every and features count rows: expected data of the same frequency")
  }

  /// What is wrong with the universe's own data names it.
  @Test func faultsOfItsDataNameIt() throws {
    let short = PooledExperiment.prices(rows: 40, from: 10_957)
    let error = #expect(throws: ExperimentError.self) {
      try PooledExperiment.problem(data: [short])
    }
    #expect(
      error?.description
        == "training.pool 'other': no row has a value for every feature; shorten the features' history"
    )
    // A logarithm that only the universe does not have, on one of its training decisions.
    func positive(_ data: MarketData, but row: Int? = nil) -> MarketData {
      var indicators = data.indicators
      for index in indicators.elements.indices {
        indicators.elements[index] = index == row ? -1 : 1 + abs(indicators.elements[index])
      }
      return MarketData(
        dates: data.dates, assets: data.assets, prices: data.prices, cashLevels: data.cashLevels,
        indicatorNames: ["X"], indicators: indicators)
    }
    let row = 60 + 5 * 20
    let problem = try Problem(
      try SmallExperiment.experiment([
        PooledExperiment.other, "features.market=[\"logRatio(X,X)\"]",
      ]),
      data: positive(SmallExperiment.data), pool: [positive(PooledExperiment.data, but: row)])
    #expect(problem.pool[0].problem.rows.contains(row))
    let missing = #expect(throws: ExperimentError.self) { try Fitter(problem, problem.units[0]) }
    #expect(
      missing?.description.hasPrefix("training.pool 'other': feature 'logRatio(X,X)'") == true,
      "\(missing?.description ?? "")")
  }
}
