extension Panel {
  /// Refuses columns that cannot be prices or index levels.
  ///
  /// A price is positive; between a column's first and last price at most `maximumGap` rows in a
  /// row may be missing. Throws ``DataError`` with the line, date and column of the first fault.
  public func validatePrices(_ names: [String], maximumGap: Int = 0) throws {
    for name in names {
      let column = try index(of: name)
      let priced = (0..<values.rows).filter { !values[$0, column].isNaN }
      guard let first = priced.first, let last = priced.last else {
        throw DataError(file: source, column: name, problem: "holds no price at all.")
      }
      _ = try validatedColumn(column, rows: first..<last + 1, maximumGap: maximumGap)
    }
  }

  /// Refuses numbers that are not positive.
  public func validatePositive(_ names: [String]) throws {
    for name in names {
      let column = try index(of: name)
      for row in dates.indices where !values[row, column].isNaN && values[row, column] <= 0 {
        throw notAPrice(column, row: row)
      }
    }
  }

  /// The prices of a column over some rows, NaN where missing.
  ///
  /// The first of the rows has a price. More than `maximumGap` missing prices in a row are an error.
  func validatedColumn(_ column: Int, rows: Range<Int>, maximumGap: Int) throws -> [Double] {
    var gap = 0
    for row in rows {
      let price = values[row, column]
      if price.isNaN {
        gap += 1
        if gap > maximumGap { throw gapError(column, at: row - gap + 1, maximumGap: maximumGap) }
      } else {
        guard price > 0, price.isFinite else { throw notAPrice(column, row: row) }
        gap = 0
      }
    }
    return rows.map { values[$0, column] }
  }

  private func notAPrice(_ column: Int, row: Int) -> DataError {
    DataError(
      file: source, line: line(ofRow: row), column: columns[column],
      value: "\(values[row, column])",
      problem: "on \(dates[row]) is not a price; expected a positive number, or an empty cell.")
  }

  private func gapError(_ column: Int, at first: Int, maximumGap: Int) -> DataError {
    let next = (first..<values.rows).first { !values[$0, column].isNaN }
    let extent: String
    if let next {
      let length = next - first
      extent =
        (length == 1 ? "" : " and \(length - 1) more after it")
        + "; at most \(maximumGap) in a row are filled. Complete the file, allow a longer gap, "
        + "or leave the column out."
    } else {
      extent = ", and so are all after it; end the period earlier, or leave the column out."
    }
    return DataError(
      file: source, line: line(ofRow: first), column: columns[column],
      problem: "the price of \(dates[first]) is missing" + extent)
  }
}
