internal import Finance

/// How history is cut into folds; counts are of decisions.
struct FoldSettings: Sendable {
  enum Scheme: String, Sendable, CaseIterable {
    case expanding
    case rolling
    case single
    case combinatorial
  }

  var scheme: Scheme
  /// The plan of every scheme but the combinatorial one.
  var plan: WalkForward
  var combinatorial: CombinatorialFolds
  /// The first test starts with the first decision on or after this date.
  var firstTest: CalendarDate?
  /// No test after this date.
  var lastTest: CalendarDate?

  init(_ reader: ConfigReader, every: Int, lag: Int) {
    scheme = reader.about(
      "expanding: train from the first decision on; rolling: on a moving window; single: one fold, tested to the end; combinatorial: every choice of tested groups (no walk-forward: training follows tests in time)"
    )
    .choice("scheme", default: .expanding)
    firstTest = reader.about(
      "the first test starts with the first decision on or after this date (required, but for combinatorial)"
    )
    .date("firstTest")
    lastTest = reader.about("no test after this date")
      .date("lastTest")
    plan = WalkForward(
      scheme: WalkForward.Scheme(rawValue: scheme.rawValue) ?? .expanding,
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
        .int("embargo", default: 0, in: 0...),
      refit: reader.about(
        "when the next fold begins: after the decisions of 'test', or with each calendar month, quarter or year"
      )
      .choice("refit", default: .test),
      validationBlocks: reader.about(
        "equal blocks that the decisions before a test are cut into, for an ensemble to take turns at: network k chooses its epoch on block k (round and round) and trains on all others; null: all networks validate on the last 'validation' decisions"
      )
      .optionalInt("validationBlocks", in: 2...100))
    combinatorial = CombinatorialFolds(
      groups: reader.about("groups that combinatorial cuts history into")
        .int("groups", default: 6, in: 2...20),
      tested: reader.about("groups that each combinatorial fold tests on")
        .int("testedGroups", default: 2, in: 1...19),
      validation: plan.validation, purge: plan.purge, embargo: plan.embargo)
    if scheme == .combinatorial, combinatorial.tested >= combinatorial.groups {
      reader.report(
        "testedGroups",
        "value is \(combinatorial.tested); expected fewer than the groups, \(combinatorial.groups)")
    }
    if scheme == .combinatorial, let blocks = plan.validationBlocks {
      reader.report(
        "validationBlocks",
        "value is \(blocks); expected null for combinatorial, whose folds rotate themselves")
    }
    if firstTest == nil, scheme != .combinatorial {
      reader.report("firstTest", "missing; expected the date of the first test decision")
    }
    // The last holding period of a part ends `lag` rows after the decision that follows it.
    let needed = (lag + every - 1) / every
    if plan.gap < needed {
      reader.report(
        "purge",
        "value is \(plan.purge); expected at least \(needed - plan.embargo): with a decision every "
          + "\(every) rows and a lag of \(lag), holding periods would reach into the next part")
    } else if scheme == .combinatorial, plan.purge < needed {
      // Before a test group there is no embargo to lean on.
      reader.report(
        "purge", "value is \(plan.purge); expected at least \(needed) for combinatorial")
    }
  }

  /// The folds of the decisions of these dates, of which the first `history` cannot be decided.
  func folds(_ dates: [CalendarDate], history: Int) throws -> [Fold] {
    let end = lastTest.map { last in dates.prefix { $0 <= last }.count } ?? dates.count
    let available = min(history, end)..<end
    do {
      if scheme == .combinatorial { return try combinatorial.folds(available: available) }
      guard let wanted = firstTest, let start = dates.firstIndex(where: { $0 >= wanted }) else {
        throw ExperimentError(
          """
          folds.firstTest is \(firstTest.map(String.init(describing:)) ?? "missing"), but the last \
          decision is \(dates.last.map(String.init(describing:)) ?? "none"); set it to an earlier \
          date, or give more data
          """)
      }
      return try plan.folds(available: available, firstTest: min(start, end), dates: dates)
    } catch let error as FoldError {
      throw ExperimentError(
        "folds (decisions \(dates[0]) to \(dates[dates.count - 1])): \(error)",
        lacksHistory: error.lacksHistory)
    }
  }
}
