internal import Finance

/// What the units of a run cost on this machine, at most, from a few epochs of some of them.
///
/// Of each kind of member the first and the last fold are started; set-up and an epoch are both taken to
/// grow linearly with the decisions that are trained and validated on, which is what they do. Patience
/// may end a unit long before its last epoch: a unit costs *at most* its estimate.
struct CostEstimate: Sendable {
  /// Epochs that are timed; the fastest counts.
  static let epochs = 4

  /// The seconds of each unit, in the order of the units.
  let seconds: [Double]

  /// Members that cost the same.
  private enum Kind: Hashable {
    case network
    case constants
    case forecaster(ForecastTarget)

    init(_ member: Member) {
      self =
        switch member {
        case .network: .network
        case .constants: .constants
        case .forecaster(let target, _): .forecaster(target)
        }
    }
  }

  private struct Sample {
    let size: Double
    let setUp: Double
    let epoch: Double
  }

  init(_ problem: Problem) throws {
    let folds = [problem.folds.first, problem.folds.last].compactMap { $0 }
    var samples: [Kind: [Sample]] = [:]
    for member in problem.members {
      let kind = Kind(member)
      guard samples[kind] == nil else { continue }
      samples[kind] = try folds.map {
        try Self.measure(WorkUnit(fold: $0, member: member), of: problem)
      }
    }
    let steps = Double(problem.experiment.training.epochs + 1)
    seconds = problem.units.map { unit in
      let own = samples[Kind(unit.member)] ?? []
      let size = Self.size(unit, of: problem)
      return Self.value(own.map { ($0.size, $0.setUp) }, at: size)
        + steps * Self.value(own.map { ($0.size, $0.epoch) }, at: size)
    }
  }

  /// The seconds of the most expensive of `count` shares.
  func largestShare(of count: Int) -> Double {
    (1...count).map { index in
      Shard(index: index, count: count).share(of: seconds).reduce(0, +)
    }.max() ?? 0
  }

  /// The time limit of a share in whole minutes: twice its estimate, for slower nodes, and two minutes.
  func limitInMinutes(of count: Int) -> Int {
    Int((2 * largestShare(of: count) / 60).rounded(.up)) + 2
  }

  static func decisions(_ unit: WorkUnit) -> Double {
    Double(unit.trainParts.reduce(unit.validation.count) { $0 + $1.count })
  }

  /// The decisions of a unit and of the pooled universes, each of these counted by its assets beside those
  /// of the experiment.
  private static func size(_ unit: WorkUnit, of problem: Problem) -> Double {
    guard unit.member.isOfModel else { return decisions(unit) }
    return problem.pool.reduce(decisions(unit)) { sum, universe in
      let count = universe.trainCount(beside: unit.fold.split(of: unit.member), in: problem)
      return sum + Double(count * universe.problem.assetCount) / Double(problem.assetCount)
    }
  }

  private static func measure(_ unit: WorkUnit, of problem: Problem) throws -> Sample {
    let begin = ProgressBar.monotonicSeconds()
    let fitter = try Fitter(problem, unit)
    var moments: [Double] = []
    _ = try fitter.fit(
      from: fitter.initialState, upTo: epochs,
      progress: { _ in moments.append(ProgressBar.monotonicSeconds()) })
    let epoch = zip(moments.dropFirst(), moments).map { $0 - $1 }.min() ?? 0
    return Sample(
      size: size(unit, of: problem), setUp: max(0, (moments.first ?? begin) - begin - epoch),
      epoch: epoch)
  }

  /// The line through two points, or the value of the only one; never below zero.
  private static func value(_ points: [(x: Double, y: Double)], at x: Double) -> Double {
    guard let first = points.first, let last = points.last else { return 0 }
    guard last.x > first.x else { return max(first.y, last.y) }
    return max(0, first.y + (last.y - first.y) * (x - first.x) / (last.x - first.x))
  }
}
