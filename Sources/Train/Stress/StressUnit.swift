internal import Autodiff
internal import Finance

/// One named part of a stress test: independent of all others, so that they run in any order, on any number of
/// threads, and are not run twice.
enum StressUnit: Sendable, Hashable {
  case costs
  case lag
  case rebalancing
  case measures
  case missing
  case noise(Double)
  case forecast(Double)
  case replay
  case breakdown(rows: Int)
  case paths(chunk: Int)

  /// The families, as `--only` names them.
  enum Family: String, Sendable, CaseIterable {
    case costs
    case lag
    case rebalancing
    case measures
    case missing
    case noise
    case forecast
    case replay
    case breakdown
    case paths
  }

  var family: Family {
    switch self {
    case .costs: .costs
    case .lag: .lag
    case .rebalancing: .rebalancing
    case .measures: .measures
    case .missing: .missing
    case .noise: .noise
    case .forecast: .forecast
    case .replay: .replay
    case .breakdown: .breakdown
    case .paths: .paths
    }
  }

  /// The name of its file.
  var name: String {
    switch self {
    case .noise(let level), .forecast(let level):
      "\(family.rawValue)-\(Int((100 * level).rounded()))"
    case .breakdown(let rows): "breakdown-\(rows)"
    case .paths(let chunk): "paths-\(chunk)"
    default: family.rawValue
    }
  }
}

/// What a stress test does: its units, in order.
struct StressPlan: Sendable {
  var families = StressUnit.Family.allCases
  /// Simulated paths, and the rows of each.
  var paths = 10_000
  var rows = 252
  /// Random draws behind each level of noise.
  var draws = 20

  var chunks: Int { (paths + FutureStress.chunk - 1) / FutureStress.chunk }

  func units(_ experiment: Experiment) -> [StressUnit] {
    let hasClasses =
      !experiment.report.equities.isEmpty && !experiment.report.bonds.isEmpty
    let trains = !experiment.model.isConstant
    return families.flatMap { family -> [StressUnit] in
      switch family {
      case .costs: [.costs]
      case .lag: [.lag]
      case .rebalancing: [.rebalancing]
      case .measures: [.measures]
      case .missing: trains ? [.missing] : []
      case .noise: trains ? HistoricalStress.noise.map { .noise($0) } : []
      case .forecast: HistoricalStress.noise.map { .forecast($0) }
      case .replay: [.replay]
      case .breakdown: hasClasses ? [.breakdown(rows: 60), .breakdown(rows: 250)] : []
      case .paths: (0..<chunks).map { .paths(chunk: $0) }
      }
    }
  }
}
