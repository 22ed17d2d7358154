internal import Kernels

/// When the portfolio is decided.
struct DecisionSettings: Sendable {
  /// Rows from one decision to the next: 1 daily, 5 weekly, 21 monthly for daily prices.
  var every: Int
  /// The first row that may decide, at least; features and covariances may need more history.
  var firstRow: Int

  init(_ reader: ConfigReader) {
    every = reader.about(
      "rows from one decision to the next: 1 daily, 5 weekly, 21 monthly for daily prices"
    )
    .int("every", default: 5, in: 1...1000)
    firstRow = reader.about("the first row that may decide, at least")
      .int("firstRow", default: 0, in: 0...)
  }
}

/// How decisions become trades.
struct ExecutionSettings: Sendable {
  /// Rows from the close that decides to the close that trades.
  var lag: Int
  /// The proportional cost of trading, in basis points of the amount traded.
  var costBasisPoints: Double
  /// The instruction set that every machine of the run computes with; nil for the best one of the machine
  /// that begins it.
  var instructionSet: InstructionSet?

  /// When a decision is traded, in words: "at once", "1 row later".
  var delay: String { lag == 0 ? "at once" : "\(lag) row\(lag == 1 ? "" : "s") later" }

  init(_ reader: ConfigReader) {
    lag = reader.about("rows from the close that decides to the close that trades")
      .int("lag", default: 1, in: 0...100)
    costBasisPoints = reader.about("the cost of trading, in basis points of the amount traded")
      .double("costBasisPoints", default: 10, in: 0...1000)
    instructionSet = reader.about(
      "the instruction set that every machine of the run computes with; null: the best one of the machine that begins it"
    )
    .optionalChoice("instructionSet", of: InstructionSet.allCases)
  }
}
