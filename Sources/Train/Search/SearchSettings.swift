internal import Finance

/// How hyper-parameters are searched for, and among which; see `train search`.
struct SearchSettings: Sendable {
  /// Configurations to try in all; those of the grid where there is one.
  var trials: Int
  /// Trials drawn at once, from the results of all batches before.
  var batch: Int
  /// Blocks of validation before the first test; a trial's loss is the mean over them.
  var folds: Int
  /// Networks per block and trial.
  var seeds: Int
  /// The best 1/reduction of a batch goes on after each rung; 1 trains all to the end.
  var reduction: Int
  /// Epochs of the first rung; each further one has `reduction` times as many.
  var firstRung: Int
  /// The share of trials that the sampler calls good.
  var good: Double
  /// Draws among which the sampler takes the most promising.
  var candidates: Int
  var space: [SearchParameter]
  /// All combinations of a space of choices where they are not more than the trials.
  let grid: SearchGrid?

  init(_ reader: ConfigReader) {
    trials = reader.about(
      "configurations that 'train search' tries in all; a space of choices that has no more is tried out whole, each combination once"
    )
    .int("trials", default: 32, in: 1...1_000_000)
    batch = reader.about("trials drawn at once, from the results of all batches before")
      .int("batch", default: 8, in: 1...100_000)
    folds = reader.about(
      "blocks of validation, the last ones before folds.firstTest; a trial's loss is the mean over them"
    )
    .int("folds", default: 2, in: 1...1000)
    seeds = reader.about("networks per block and trial")
      .int("seeds", default: 1, in: 1...1000)
    reduction = reader.about(
      "the best 1/reduction of a batch goes on after each rung; 1 trains all to the end"
    )
    .int("reduction", default: 3, in: 1...100)
    firstRung = reader.about(
      "epochs of the first rung; each further one has reduction times as many"
    )
    .int("firstRung", default: 15, in: 1...1_000_000)
    good = reader.about("the share of trials that the sampler calls good")
      .double("good", default: 0.15, in: .between(0, 1))
    candidates = reader.about("draws among which the sampler takes the most promising")
      .int("candidates", default: 24, in: 1...10_000)
    space = reader.about(
      "what is searched, by config key: {\"uniform\": [LOW, HIGH]}, {\"log\": [LOW, HIGH]}, {\"choice\": [VALUE, …]} or {\"integer\": [FIRST, LAST]}, each with \"when\": {KEY: VALUES} where it depends on another"
    )
    .namedObjects("space") { SearchParameter($0, $1) }.compactMap(\.value)
    grid = SearchGrid(space, most: trials)
    // All in one batch: halving compares all with all.
    if let grid { (trials, batch) = (grid.combinations.count, grid.combinations.count) }
    for (index, parameter) in space.enumerated() {
      for condition in parameter.conditions
      where !space[..<index].contains(where: { $0.key == condition.key }) {
        reader.report(
          "space",
          "'\(parameter.key)' depends on '\(condition.key)', which does not stand before it")
      }
    }
  }
}
