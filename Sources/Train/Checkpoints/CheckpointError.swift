/// A checkpoint that cannot be used: where, why, and what to do.
struct CheckpointError: Error, Sendable, CustomStringConvertible {
  enum Kind: Sendable {
    /// Its bytes are not those that were written.
    case damaged
    /// It is sound, and of another unit, model, config, data set or program.
    case foreign
  }

  let path: String
  let kind: Kind
  let problem: String

  var description: String {
    switch kind {
    case .damaged: "\(path): damaged: \(problem); delete it to train that unit again"
    case .foreign:
      "\(path): \(problem); start a new run, or restore what the checkpoint was made with"
    }
  }
}
