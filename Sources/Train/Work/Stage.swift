/// How far a unit is trained: to its end, or for the first epochs only (a rung of a search).
struct Stage: Sendable, Hashable {
  /// The stem of the stage's files: `fit` or `rung-0`.
  let name: String
  /// The number of steps to take in all; nil for as many as the config says.
  let epochs: Int?

  /// To the end.
  static let whole = Stage(name: "fit", epochs: nil)

  /// Rung number `index` of a search, of so many steps in all.
  static func rung(_ index: Int, epochs: Int) -> Stage {
    Stage(name: "rung-\(index)", epochs: epochs)
  }

  /// Whether a fit has come as far as the stage goes.
  func isReached(by state: FitState) -> Bool {
    if state.isFinished { return true }
    guard let epochs else { return false }
    // The first evaluation is that of the untrained start.
    return state.epochs.count > epochs
  }
}
