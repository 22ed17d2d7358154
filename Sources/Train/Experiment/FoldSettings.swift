internal import Finance

/// How history is cut into folds; counts are of decisions.
struct FoldSettings: Sendable {
  var plan: WalkForward
  /// The first test starts with the first decision on or after this date.
  var firstTest: CalendarDate?
  /// No test after this date.
  var lastTest: CalendarDate?

  init(_ reader: ConfigReader, every: Int, lag: Int) {
    let scheme = reader.about(
      "expanding: train from the first decision on; rolling: on a moving window"
    )
    .choice("scheme", default: WalkForward.Scheme.expanding)
    firstTest = reader.about(
      "the first test starts with the first decision on or after this date (required)"
    )
    .date("firstTest")
    lastTest = reader.about("no test after this date")
      .date("lastTest")
    plan = WalkForward(
      scheme: scheme,
      train: reader.about("decisions to train on: at least, or exactly when rolling")
        .int("train", default: 208, in: 8...),
      validation: reader.about("decisions to choose the epoch on")
        .int("validation", default: 104, in: 4...),
      test: reader.about("decisions to test on before the next fold")
        .int("test", default: 104, in: 1...),
      purge: reader.about(
        "decisions left out between two parts, so that no holding period reaches over"
      )
      .int("purge", default: 2, in: 0...),
      embargo: reader.about("further decisions left out")
        .int("embargo", default: 0, in: 0...))
    if firstTest == nil {
      reader.report("firstTest", "missing; expected the date of the first test decision")
    }
    // The last holding period of a part ends `lag` rows after the decision that follows it.
    let needed = (lag + every - 1) / every
    if plan.gap < needed {
      reader.report(
        "purge",
        "value is \(plan.purge); expected at least \(needed - plan.embargo): with a decision every "
          + "\(every) rows and a lag of \(lag), holding periods would reach into the next part")
    }
  }
}
