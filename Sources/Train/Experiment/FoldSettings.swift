internal import Finance

/// How history is cut into folds; counts are of decisions.
struct FoldSettings: Sendable {
  var plan: WalkForward
  /// The first test starts with the first decision on or after this date.
  var firstTest: CalendarDate?
  /// No test after this date.
  var lastTest: CalendarDate?

  init(_ reader: ConfigReader, every: Int, lag: Int) {
    let scheme = reader.choice("scheme", default: WalkForward.Scheme.expanding)
    firstTest = reader.date("firstTest")
    lastTest = reader.date("lastTest")
    plan = WalkForward(
      scheme: scheme,
      train: reader.int("train", default: 208, in: 8...),
      validation: reader.int("validation", default: 104, in: 4...),
      test: reader.int("test", default: 104, in: 1...),
      purge: reader.int("purge", default: 2, in: 0...),
      embargo: reader.int("embargo", default: 0, in: 0...))
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
