internal import Finance

/// The covariance a portfolio is allocated with, and where it comes from.
struct AllocationInput {
  let assets: [String]
  /// `[N, N]`, per row of the data or in the matrix file's own unit.
  let covariance: Matrix
  /// The simple returns `[T, N]` it was estimated from, the latest last; nil for a matrix file.
  let scenarios: Matrix?
  /// Rows in the unit of time that volatility and expected returns are stated in.
  let rowsPerYear: Double
  /// The last date used; nil for a matrix file.
  let date: CalendarDate?

  /// Reads prices, returns or a covariance matrix, whichever is given.
  init(_ arguments: CommandLineArguments) throws {
    let given = ["prices", "returns", "covariance-matrix"].filter { arguments.has($0) }
    guard given.count == 1, let kind = given.first, let path = arguments.string(kind) else {
      throw UsageError(
        given.isEmpty
          ? "give data: --prices FILE, --returns FILE or --covariance-matrix FILE"
          : "--\(given.joined(separator: " and --")) are given; expected one of them",
        command: arguments.title)
    }
    if kind == "covariance-matrix" {
      let (names, matrix) = try CovarianceMatrixReader.read(path)
      let chosen = try CSVOptions.columns(arguments, among: names)
      let unused = [
        "window", "as-of", "estimator", "half-life", "factors", "margin", "rows-per-year",
      ]
      if let option = unused.first(where: { arguments.has($0) }) {
        throw UsageError("--\(option) goes with --prices or --returns, not --covariance-matrix")
      }
      assets = chosen.map { names[$0] }
      var part = Matrix(rows: chosen.count, columns: chosen.count)
      for (i, a) in chosen.enumerated() {
        for (j, b) in chosen.enumerated() { part[i, j] = matrix[a, b] }
      }
      covariance = part
      date = nil
      scenarios = nil
      rowsPerYear = 1
      return
    }
    let panel = try CSVOptions.read(path, arguments)
    let chosen = try CSVOptions.columns(arguments, among: panel.columns)
    assets = chosen.map { panel.columns[$0] }
    if kind == "prices" { try panel.validatePrices(assets) }
    let end = try Self.end(arguments, panel)
    let window = try arguments.int("window", in: 2...1_000_000) ?? 250
    let rows = kind == "prices" ? window + 1 : window
    guard end >= rows else {
      throw ExperimentError(
        "\(path): \(end) rows up to \(panel.dates[max(0, end - 1)]), but --window \(window) needs "
          + "\(rows)")
    }
    var values = Matrix(rows: rows, columns: chosen.count)
    for row in 0..<rows {
      for (i, column) in chosen.enumerated() {
        let value = panel.values[end - rows + row, column]
        guard value.isFinite else {
          throw ExperimentError(
            "\(path), column '\(assets[i])': no value on \(panel.dates[end - rows + row]); choose "
              + "assets by --assets, or a shorter --window")
        }
        // Nothing loses more than all; who gains tenfold in a row is probably a price.
        guard kind == "prices" || (value >= -1 && value <= 10) else {
          throw ExperimentError(
            "\(path), column '\(assets[i])': a return of \(value) on "
              + "\(panel.dates[end - rows + row]); expected a fraction of at least -1, such as 0.012 "
              + "for 1.2 %. If these are prices, say --prices")
        }
        values[row, i] = value
      }
    }
    let returns = kind == "prices" ? Self.returns(values) : values
    covariance = try AssetNames(names: assets).explaining {
      try CovarianceSettings(arguments, for: returns).covariance(
        of: returns, margin: arguments.choice("margin", of: VolatilityModel.Dynamics.self))
    }
    scenarios = returns
    rowsPerYear = try arguments.double("rows-per-year", in: .above(0)) ?? 1
    date = panel.dates[end - 1]
  }

  /// The number of rows up to `--as-of`.
  private static func end(_ arguments: CommandLineArguments, _ panel: Panel) throws -> Int {
    guard let text = arguments.string("as-of") else { return panel.dates.count }
    guard let date = CalendarDate(text) else {
      throw UsageError("--as-of is '\(text)'; expected a date such as 2000-01-31")
    }
    guard let row = panel.dates.lastRow(onOrBefore: date) else {
      throw UsageError("--as-of \(text): the data begin on \(panel.dates[0])")
    }
    return row + 1
  }

  /// Simple returns of prices; one row less.
  private static func returns(_ prices: Matrix) -> Matrix {
    var returns = Matrix(rows: prices.rows - 1, columns: prices.columns)
    for row in 1..<prices.rows {
      for i in 0..<prices.columns {
        returns[row - 1, i] = prices[row, i] / prices[row - 1, i] - 1
      }
    }
    return returns
  }
}
