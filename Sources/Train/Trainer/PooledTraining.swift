internal import Autodiff
internal import Finance

/// What a pooled universe teaches a network beside a split: its decisions, and its features standardised
/// by the moments of these decisions, as the experiment's own are by theirs.
struct PooledTraining: Sendable {
  private let universe: PooledUniverse
  private let parts: [Range<Int>]
  private let features: FeatureTensors

  /// Throws an ``ExperimentError`` for a feature without a value at one of its decisions.
  init(_ universe: PooledUniverse, beside split: Fold.Split, of problem: Problem) throws {
    self.universe = universe
    parts = universe.trainParts(beside: split, in: problem)
    let (raw, settings) = (universe.problem.features, problem.experiment)
    guard !parts.isEmpty else {
      features = raw
      return
    }
    do {
      for part in parts {
        try raw.requireDefined(at: part.lowerBound - settings.model.history..<part.upperBound)
      }
      features = try Standardizer(
        fitting: raw, decisions: parts.flatMap { Array($0) }, clip: settings.features.clip
      ).standardized(raw)
    } catch let error as FeatureError {
      throw ExperimentError("training.pool '\(universe.settings.name)': \(error)")
    }
  }

  /// Its decisions with what a task reads of them, put on a tape.
  func blocks(for task: any FitTask, on tape: Tape) -> [DecisionBlock] {
    parts.map {
      DecisionBlock(
        $0, of: universe.problem, features: features, for: task.needs, targets: task.targets,
        on: tape)
    }
  }
}
