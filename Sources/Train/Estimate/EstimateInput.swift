internal import Finance

/// The returns that a model is estimated from.
struct EstimateInput {
  /// One series, on the rows where it has a value.
  struct Series {
    let name: String
    let dates: [CalendarDate]
    let returns: [Double]
  }

  let path: String
  let assets: [String]
  /// What returns were multiplied by.
  let scale: Double
  let rowsPerYear: Double
  private let panel: Panel
  private let isPrices: Bool

  /// Reads prices or returns, whichever is given.
  init(_ arguments: CommandLineArguments) throws {
    let given = ["prices", "returns"].filter { arguments.has($0) }
    guard given.count == 1, let path = arguments.string(given[0]) else {
      throw UsageError(
        given.isEmpty
          ? "give data: --prices FILE or --returns FILE"
          : "--prices and --returns are both given; expected one of them",
        command: arguments.title)
    }
    self.path = path
    isPrices = given[0] == "prices"
    let whole = try CSVOptions.read(path, arguments)
    func date(_ option: String) throws -> CalendarDate? {
      guard let text = arguments.string(option) else { return nil }
      guard let date = CalendarDate(text) else {
        throw UsageError("--\(option) is '\(text)'; expected a date such as 2000-01-31")
      }
      return date
    }
    let rows = whole.dates.rows(from: try date("from"), through: try date("through"))
    guard !rows.isEmpty else {
      throw UsageError(
        "--from, --through: no row in that period; \(path) covers \(whole.dates[0]) to "
          + "\(whole.dates[whole.dates.count - 1])")
    }
    panel = whole.rows(rows)
    assets = try CSVOptions.columns(arguments, among: whole.columns).map { whole.columns[$0] }
    if isPrices { try panel.validatePositive(assets) }
    scale = try arguments.double("scale", in: .above(0)) ?? (isPrices ? 100 : 1)
    rowsPerYear = try arguments.double("rows-per-year", in: .above(0)) ?? 252
  }

  /// The returns of one column, over the rows where it has a value.
  func series(_ name: String) throws -> Series {
    let column = try panel.index(of: name)
    let known = panel.dates.indices.filter { !panel.values[$0, column].isNaN }
    let dates = known.map { panel.dates[$0] }
    let values = known.map { panel.values[$0, column] }
    guard isPrices else { return Series(name: name, dates: dates, returns: scaled(values)) }
    let returns = zip(values, values.dropFirst()).map { $1 / $0 - 1 }
    return Series(name: name, dates: Array(dates.dropFirst()), returns: scaled(returns))
  }

  /// The returns of all columns, over the rows where each has a value, and the rows left out.
  func matrix() throws -> (dates: [CalendarDate], returns: Matrix, leftOut: Int) {
    let columns = try assets.map(panel.index(of:))
    let known = panel.dates.indices.filter { row in
      columns.allSatisfy { !panel.values[row, $0].isNaN }
    }
    let first = isPrices ? 1 : 0
    guard known.count > first + 1 else {
      throw ExperimentError(
        "\(path): \(known.count) rows have a value for each of \(assets.joined(separator: ", ")); "
          + "choose columns by --assets, or another period")
    }
    var returns = Matrix(rows: known.count - first, columns: columns.count)
    for t in first..<known.count {
      for (i, column) in columns.enumerated() {
        let value = panel.values[known[t], column]
        returns[t - first, i] =
          scale * (isPrices ? value / panel.values[known[t - 1], column] - 1 : value)
      }
    }
    return (
      known[first...].map { panel.dates[$0] }, returns, panel.dates.count - known.count
    )
  }

  private func scaled(_ values: [Double]) -> [Double] {
    scale == 1 ? values : values.map { scale * $0 }
  }

  /// What the numbers are, for a heading.
  var unit: String {
    scale == 100 ? "percent" : scale == 1 ? "the unit of the file" : "units of 1/\(scale)"
  }
}
