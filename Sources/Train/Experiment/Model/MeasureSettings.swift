/// The measure of risk that budgets are shares of.
struct MeasureSettings: Sendable {
  var kind: AllocationRisk
  /// One minus the tail's share of the scenarios.
  var confidence: Double
  /// The rows of returns up to a decision that are its scenarios.
  var rows: Int

  init(_ reader: ConfigReader) {
    kind = reader.about(
      "volatility: of the covariance; the others of the latest rows of returns as scenarios, drawdowns in their order; reports show shares of variance whatever the measure"
    )
    .choice("kind", default: .volatility)
    confidence = reader.about("one minus the tail's share, of \(AllocationRisk.withConfidence)")
      .double("confidence", default: 0.95, in: .between(0, 1))
    rows = reader.about("rows of returns up to a decision that are its scenarios")
      .int("rows", default: 250, in: 10...100_000)
    if let fault = kind.fault(confidence: confidence, scenarios: rows) {
      reader.report("rows", "value is \(rows); \(fault)")
    }
  }

  /// The scenarios that a decision reads; zero for the volatility.
  var requiredRows: Int { kind == .volatility ? 0 : rows }
}
