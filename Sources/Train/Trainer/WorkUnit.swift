/// The unit of work: one member in one fold, in a trial of a search or by itself.
///
/// Named, independent of all others of its kind, idempotent: whoever does it gets the same bits.
struct WorkUnit: Sendable, Hashable {
  /// The number of the search's trial; nil in a plain run.
  var trial: Int?
  let fold: Fold
  let member: Member

  init(trial: Int? = nil, fold: Fold, member: Member) {
    self.trial = trial
    self.fold = fold
    self.member = member
  }

  /// The parts to train on.
  var trainParts: [Range<Int>] { fold.split(of: member).trainParts }

  /// The decisions that choose the epoch.
  var validation: Range<Int> { fold.split(of: member).validation }

  /// Its folder in the run directory, like `folds/03/seed-2` or `trials/0017/folds/03/seed-2`.
  var path: String {
    (trial.map { "\(Self.folder(ofTrial: $0))/" } ?? "") + "\(fold.folder)/\(member.name)"
  }

  /// What scripts are told of it: `fold` counts from 0, as in `metrics.jsonl`.
  var details: [(String, JSONValue)] {
    (trial.map { [("trial", JSONValue($0))] } ?? [])
      + [
        ("unit", JSONValue(path)), ("fold", JSONValue(fold.index)),
        ("member", JSONValue(member.name)),
      ]
  }

  /// Like `trials/0017`.
  static func folder(ofTrial trial: Int) -> String {
    let digits = String(trial)
    return "trials/" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
