#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// What the numbers of a series are.
public enum SeriesKind: String, Sendable, CaseIterable {
  /// Prices or total-return levels.
  case prices
  /// Simple returns per row; 0.01 is 1 %.
  case returns
  /// Simple returns per row in percent; 1 is 1 %.
  case percentReturns = "percent-returns"
  /// Logarithmic returns per row; 0.01 is about 1 %.
  case logReturns = "log-returns"

  /// The factor by which a level grows.
  fileprivate func growth(_ value: Double) -> Double {
    switch self {
    case .prices: 1
    case .returns: 1 + value
    case .percentReturns: 1 + value / 100
    case .logReturns: exp(value)
    }
  }
}

extension Panel {
  /// What the numbers of some columns are, as far as they tell.
  ///
  /// Numbers without a negative one are prices, numbers of which a tenth is negative returns. Returns
  /// of which one in twenty exceeds 0.2 may as well be in percent: refused, and so are small positive
  /// numbers, which may be interest. A few negative numbers among others are faults of a price file.
  public func inferredKind(of names: [String]) throws -> (kind: SeriesKind, note: String?) {
    let columns = try names.map(index(of:))
    var magnitudes: [Double] = []
    var negative = 0
    for column in columns {
      for row in dates.indices where values[row, column].isFinite {
        magnitudes.append(abs(values[row, column]))
        if values[row, column] < 0 { negative += 1 }
      }
    }
    guard !magnitudes.isEmpty else { return (.prices, nil) }
    magnitudes.sort()
    let large = magnitudes[min(magnitudes.count - 1, magnitudes.count * 19 / 20)]
    let share = Double(negative) / Double(magnitudes.count)
    func refusal(_ what: String) -> DataError {
      DataError(
        file: source, column: names.joined(separator: ", "),
        problem: "\(what); state data.kind in the config (or --kind on the command line): "
          + SeriesKind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") + ".")
    }
    if negative == 0 {
      guard large >= 0.2 else {
        throw refusal(
          "holds positive numbers of at most \(magnitudes[magnitudes.count - 1]): prices or returns?"
        )
      }
      return (.prices, nil)
    }
    guard share >= 0.1 else { return (.prices, nil) }
    guard large < 0.2 else {
      throw refusal(
        "holds \(Int((100 * share).rounded())) % negative numbers, one in twenty beyond \(large): "
          + "returns as fractions or in percent?")
    }
    return (
      .returns,
      "Taken as returns (simple, 0.01 = 1 %): \(Int((100 * share).rounded())) % of the numbers are "
        + "negative, nineteen in twenty within ±\(large)."
    )
  }

  /// The panel with some columns of returns turned into levels, 100 before the first return.
  ///
  /// `level_t = level_{t−1} · (1 + r_t)`; a missing return leaves the level missing, and counts as a
  /// gap in prices does. Throws ``DataError`` for a return of −100 % or less.
  public func levels(of names: [String], from kind: SeriesKind) throws -> Panel {
    guard kind != .prices else { return self }
    var matrix = values
    for name in names {
      let column = try index(of: name)
      var level = 100.0
      for row in dates.indices where !values[row, column].isNaN {
        let factor = kind.growth(values[row, column])
        guard factor > 0, factor.isFinite else {
          throw DataError(
            file: source, line: line(ofRow: row), column: name, value: "\(values[row, column])",
            problem: "is not a return (\(kind.rawValue)); expected more than −100 %.")
        }
        level *= factor
        matrix[row, column] = level
      }
    }
    return Panel(
      dates: dates, columns: columns, values: matrix, source: source, firstLine: firstLine,
      lineStep: lineStep, notes: notes)
  }
}
