internal import Finance

extension Problem {
  /// The problem that trials are judged on: the last blocks of validation before the first test.
  ///
  /// Each block is `folds.validation` decisions long and follows, after the usual gap, what is trained on:
  /// everything before it, or the last `folds.train` decisions when rolling. `data` must end before the
  /// first test, so that no trial can know anything of it.
  init(searching experiment: Experiment, data: MarketData, pool: [MarketData]) throws {
    try self.init(experiment, data: data, pool: pool, cut: Self.searchFolds)
  }

  private static func searchFolds(_ experiment: Experiment, _ dates: [CalendarDate]) throws
    -> [Fold]
  {
    let (plan, count) = (experiment.folds.plan, experiment.search.folds)
    let history = experiment.model.history
    let needed = history + plan.train + plan.gap + count * plan.validation
    guard dates.count >= needed else {
      throw ExperimentError(
        """
        the search needs \(needed) decisions before the first test (\(history) to look back on, train \
        \(plan.train), gap \(plan.gap), \(count) blocks of validation of \(plan.validation)), but there \
        are \(dates.count); lower search.folds, folds.validation or folds.train, or test later
        """)
    }
    return (0..<count).map { index in
      let start = dates.count - (count - index) * plan.validation
      let end = start - plan.gap
      return Fold(
        index: index, train: (plan.scheme == .rolling ? end - plan.train : history)..<end,
        validation: start..<start + plan.validation, test: dates.count..<dates.count)
    }
  }
}
