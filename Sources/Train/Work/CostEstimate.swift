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
    let decisions: Double
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
      let decisions = Self.decisions(unit)
      return Self.value(own.map { ($0.decisions, $0.setUp) }, at: decisions)
        + steps * Self.value(own.map { ($0.decisions, $0.epoch) }, at: decisions)
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

  private static func measure(_ unit: WorkUnit, of problem: Problem) throws -> Sample {
    let begin = ProgressBar.monotonicSeconds()
    let fitter = try Fitter(problem, unit)
    var moments: [Double] = []
    _ = try fitter.fit(
      from: fitter.initialState, upTo: epochs,
      progress: { _ in moments.append(ProgressBar.monotonicSeconds()) })
    let epoch = zip(moments.dropFirst(), moments).map { $0 - $1 }.min() ?? 0
    return Sample(
      decisions: decisions(unit), setUp: max(0, (moments.first ?? begin) - begin - epoch),
      epoch: epoch)
  }

  /// The line through two points, or the value of the only one; never below zero.
  private static func value(_ points: [(x: Double, y: Double)], at x: Double) -> Double {
    guard let first = points.first, let last = points.last else { return 0 }
    guard last.x > first.x else { return max(first.y, last.y) }
    return max(0, first.y + (last.y - first.y) * (x - first.x) / (last.x - first.x))
  }
}
