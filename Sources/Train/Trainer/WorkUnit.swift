/// The unit of work: one member in one fold.
///
/// Named, independent of all others, idempotent.
struct WorkUnit: Sendable, Hashable {
  let fold: Fold
  let member: Member

  /// Like `folds/03/seed-2`.
  var path: String { "\(fold.folder)/\(member.name)" }
}
