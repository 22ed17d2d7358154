internal import Autodiff
internal import Finance

/// A universe that a network is also trained on: its settings and its decisions, prepared as the
/// experiment's own are.
struct PooledUniverse: Sendable {
  let settings: PoolSettings
  /// Its decisions, without folds.
  let problem: Problem

  /// Prepares the decisions of a universe for the experiment that pools it.
  ///
  /// Throws an ``ExperimentError`` that names the universe.
  init(_ settings: PoolSettings, data: MarketData, of experiment: Experiment) throws {
    self.settings = settings
    do {
      problem = try Problem(experiment.pooled(settings), data: data, cut: { _, _ in [] })
    } catch { throw ExperimentError("training.pool '\(settings.name)': \(error)") }
  }

  /// The parts of its decisions that teach beside a split of the decisions of `own`; none where they are
  /// fewer than `least`.
  ///
  /// By the calendar: a part ends with the last decision whose holding period has ended when that of the
  /// own part's last decision has, which is before the block that validates or tests. It begins with the
  /// own part; one that begins with the experiment's first decision, unless its window rolls, takes in what
  /// the universe has before.
  func trainParts(beside split: Fold.Split, in own: Problem) -> [Range<Int>] {
    let history = own.experiment.model.history
    let rolls = own.experiment.folds.scheme == .rolling
    let parts = split.trainParts.map { part in
      let end = own.holdingEnd(part.upperBound - 1)
      let isOpen = part.lowerBound <= history && !rolls
      let start = own.date(part.lowerBound)
      let lower = isOpen ? 0 : problem.rows.indices.prefix { problem.date($0) < start }.count
      let upper = problem.rows.indices.prefix { problem.holdingEnd($0) <= end }.count
      let first = max(history, lower)
      return first..<max(first, upper)
    }
    .filter { $0.count >= Fold.shortest }
    return parts.reduce(0) { $0 + $1.count } < settings.least ? [] : parts
  }

  /// How many of its decisions teach beside a split.
  func trainCount(beside split: Fold.Split, in own: Problem) -> Int {
    trainParts(beside: split, in: own).reduce(0) { $0 + $1.count }
  }
}

extension Problem {
  /// The date of a decision.
  func date(_ decision: Int) -> CalendarDate { data.dates[rows[decision]] }

  /// The date on which the holding period of a decision ends.
  func holdingEnd(_ decision: Int) -> CalendarDate {
    data.dates[rows[decision] + experiment.decisions.every + experiment.execution.lag]
  }

  /// Prepares the universes of the experiment's pool.
  ///
  /// Throws an ``ExperimentError`` for one whose rows are not of the experiment's frequency, or that
  /// teaches in no fold.
  func pooled(_ pool: [MarketData]) throws -> [PooledUniverse] {
    let settings = experiment.pool
    guard !pool.isEmpty else { return [] }
    check(
      settings.count == pool.count,
      "Problem: data of \(pool.count) pooled universes; expected \(settings.count)")
    return try zip(settings, pool).map { settings, other in
      let place = "training.pool '\(settings.name)'"
      let (own, days) = (DataCharacter(data).daysPerRow, DataCharacter(other).daysPerRow)
      guard days / own > 0.5, days / own < 2 else {
        throw ExperimentError(
          """
          \(place): its rows are \(NumberText.fixed(days, digits: 1)) days apart, those of the experiment \
          \(NumberText.fixed(own, digits: 1)); decisions.every and features count rows: expected data of \
          the same frequency
          """)
      }
      let universe = try PooledUniverse(settings, data: other, of: experiment)
      guard
        folds.flatMap(\.splits).contains(where: { universe.trainCount(beside: $0, in: self) > 0 })
      else {
        throw ExperimentError(
          """
          \(place): fewer than \(settings.least) of its decisions, from \(universe.problem.date(0)) on, end \
          with the training of any fold; expected data that begin earlier, a smaller 'least', or weight 0
          """)
      }
      return universe
    }
  }
}
