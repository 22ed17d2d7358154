/// The tilt of risk budgets by expected returns.
struct TiltSettings: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    /// From the network.
    case learned
    /// A fixed rule: mean excess returns of the past.
    case trailing
  }

  var kind: Kind
  /// The largest share of its volatility that a portfolio's learned expected return may be.
  var limit: Double
  /// K of the fixed rule: the risk is the annual volatility less K times the annual expected return.
  var strength: Double
  /// Rows that the fixed rule's expected returns are means of.
  var rows: Int

  init(_ reader: ConfigReader) {
    kind = reader.about(
      "learned: expected returns from the network; trailing: no model, mean excess returns of the past"
    )
    .choice("kind", default: .learned)
    limit = reader.about(
      "how far a learned tilt may go: the largest share of its volatility that a portfolio's expected return may be"
    )
    .double("limit", default: 0.5, in: .between(0, 1))
    strength = reader.about(
      "K of a trailing tilt: risk is the annual volatility less K times the annual expected return, and must be positive for every portfolio"
    )
    .double("strength", default: 0.1, in: .above(0))
    rows = reader.about("rows that a trailing tilt's expected returns are means of")
      .int("rows", default: 252, in: 2...10_000)
  }

  /// Rows of returns that a decision needs for it.
  var requiredRows: Int { kind == .trailing ? rows : 0 }
}
