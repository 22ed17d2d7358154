internal import Autodiff

/// Another rule's portfolio without the assets that lag cash: their weight is held in cash.
///
/// `wᵢ ← wᵢ gᵢ` with the gates of ``ExcessReturnRule``. A rule of thumb that learns nothing: what a
/// trained model of trends has to beat.
///
/// - Source: Faber (2007), *A Quantitative Approach to Tactical Asset Allocation*, J. Wealth
///   Management 9(4).
public struct MomentumGate: DecisionRule {
  /// The rule that is gated.
  public let rule: any DecisionRule
  /// Which assets stay.
  public let gate: ExcessReturnRule

  /// The rule's name in reports.
  public var name: String { "\(rule.name), gate over \(gate.rows) rows (rule)" }

  /// Gates a rule; 252 rows are about twelve months of days.
  public init(_ rule: any DecisionRule, window: Int = 252) {
    self.rule = rule
    gate = ExcessReturnRule(rows: window)
  }

  /// The rows of returns that the rule reads.
  public var requiredRows: Int { max(gate.rows, rule.requiredRows) }

  /// The weights; throws what the gated rule throws.
  public func weights(at point: DecisionPoint) throws -> [Double] {
    zip(try rule.weights(at: point), gate.gates(at: point)).map { $0 * $1 }
  }

  /// The gated rule for some of the assets, gated.
  public func restricted(to assets: [Int]) throws -> any DecisionRule {
    MomentumGate(try rule.restricted(to: assets), window: gate.rows)
  }
}
