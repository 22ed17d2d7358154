internal import Finance

/// Which market data an experiment runs on.
struct DataSettings: Sendable {
  /// The CSVs of prices, total-return levels or returns; relative paths start at the config's folder.
  var prices: [String]
  /// A simulated market in place of files.
  var simulated: SimulationSettings?
  /// Columns of the price files to invest in.
  var assets: [String]
  /// The column whose return is the risk-free return; none means cash earns nothing.
  var cash: String?
  /// What the price files hold; nil infers it for each file.
  var kind: SeriesKind?
  /// The dates that several price files are joined on.
  var calendar: Panel.Calendar
  /// Whether the data wait for the last asset to be listed.
  var lateListings: LateListings
  /// Whether rows on Saturdays and Sundays are used.
  var weekends: Weekends
  /// The CSVs of indicators.
  var indicators: [String]
  /// Rows between an indicator's publication and the first decision that may use it.
  var indicatorLag: Int
  /// Days from an indicator's date to its publication, by column.
  var indicatorLagDays: [String: Int]
  /// The first and last date used.
  var start: CalendarDate?
  var end: CalendarDate?
  /// What is repaired and flagged.
  var cleaning: CleaningRules
  /// Total-return indices made of columns of yields.
  var bonds: [BondSettings]
  /// How the files are written, as far as it is stated; those of one file go first.
  var csv: CSVFormat
  var formats: [String: CSVFormat]
  /// How many rows of prices make a year.
  var rowsPerYear: Double

  /// The keys of a config whose values are paths.
  static let paths = [["data"], ["training", "pool", "data"]].flatMap { section in
    ["prices", "indicators", "formats"].map { section + [$0] }
  }

  enum Weekends: String, Sendable, CaseIterable {
    case keep
    case drop
  }

  init(_ reader: ConfigReader) {
    simulated = reader.about("a simulated market in place of files; null: none")
      .optionalObject("simulated") { SimulationSettings($0) }
    prices = reader.about(
      "the CSV of prices, total-return levels or returns, or an array of several, joined by date; relative paths start at the config's folder"
    )
    .files("prices", isRequired: simulated == nil)
    assets = reader.about(
      "columns of the price files to invest in; a name that several files have is FILE.NAME, without the file's ending"
    )
    .strings("assets", default: simulated?.assetNames, count: 1...)
    if let simulated, assets != simulated.assetNames {
      reader.report("assets", "expected none with data.simulated, whose assets have their names")
    }
    cash = reader.about(
      "the column whose return is the risk-free return; without one cash earns nothing"
    )
    .optionalString("cash")
    kind = reader.about(
      "what the price files hold; returns are simple, or logarithmic, per row; without it each file is inferred"
    )
    .optionalChoice("kind")
    calendar = reader.about(
      "the dates of several price files: those they have in common, all of any, or those of the first"
    )
    .choice("calendar", default: Panel.Calendar.common)
    lateListings = reader.about(
      "trim: the data begin when every asset has a price; join: they begin when two have, and each other asset joins the universe at the decision at which it has the history that features and covariance need"
    )
    .choice("lateListings", default: LateListings.trim)
    if lateListings == .join, calendar == .common, prices.count > 1 {
      reader.report(
        "calendar",
        "value is \"common\", the dates that all price files have; expected \"all\" or \"first\" with "
          + "lateListings \"join\", or nothing is left of the time before the last file begins")
    }
    weekends = reader.about("whether rows on Saturdays and Sundays are used")
      .choice("weekends", default: Weekends.keep)
    indicators = reader.about(
      "the CSV of indicators, dated by publication, or an array of several; an empty cell means nothing new"
    )
    .files("indicators", isRequired: false)
    indicatorLag = reader.about(
      "rows between an indicator's publication and the first decision that may use it"
    )
    .int("indicatorLag", default: 0, in: 0...1000)
    let days = reader.about(
      "calendar days from an indicator's date to its publication, by column: 50 for a month's price index dated the first of the month"
    )
    .namedDoubles("indicatorLagDays", default: [], in: 0...3660)
    indicatorLagDays = [:]
    for (name, value) in days { indicatorLagDays[name] = Int(value.rounded(.up)) }
    start = reader.about("the first date used")
      .date("start")
    end = reader.about("the last date used")
      .date("end")
    let maximumGap = reader.about(
      "how many missing prices in a row are filled with the last one"
    )
    .int("maximumGap", default: 0, in: 0...1000)
    cleaning = reader.object("cleaning") { reader in
      let threshold = reader.about(
        "returns so many robust standard deviations from the median of earlier ones are brought to that distance; 0 leaves all"
      )
      .double("outliers", default: 0, in: 0...1000)
      return CleaningRules(
        maximumGap: maximumGap, outlierThreshold: threshold > 0 ? threshold : nil,
        outlierWindow: reader.about("past returns that outliers are measured by")
          .int("outlierWindow", default: 250, in: 20...100_000),
        staleRows: reader.about("as many equal prices in a row are flagged as stale")
          .int("staleRows", default: 5, in: 2...1_000_000))
    }
    bonds = reader.about(
      "total-return indices of bonds, to be used as assets, by name: {\"yield\": COLUMN of percent per year, \"maturity\": YEARS, \"shorter\": COLUMN, \"shorterMaturity\": YEARS}; the shorter maturity gives the roll-down and may be left out"
    )
    .namedObjects("bonds") { BondSettings(name: $0, $1) }.map(\.value)
    csv = reader.object("csv") { CSVFormat($0) }
    formats = [:]
    let named = reader.about(
      "how single files are written, by file: objects with the keys of csv, in its place"
    )
    .namedObjects("formats") { CSVFormat($1) }
    for (file, format) in named {
      formats[file] = format
    }
    rowsPerYear = reader.about("how many rows of prices make a year")
      .double("rowsPerYear", default: 252, in: .above(0, upTo: 400))
    if let start, let end, start > end {
      reader.report("end", "value is \(end); expected a date after the start, \(start)")
    }
    for file in formats.keys.sorted() where !(prices + indicators).contains(file) {
      reader.report(
        "formats",
        "'\(file)' is none of the files\(Spelling.hint(for: file, among: prices + indicators)); "
          + "expected one of \((prices + indicators).joined(separator: ", "))")
    }
  }
}

/// A total-return index made of columns of yields.
struct BondSettings: Sendable {
  var name: String
  var yield: String
  var maturity: Double
  var shorter: String?
  var shorterMaturity: Double?

  init(name: String, _ reader: ConfigReader) {
    self.name = name
    yield = reader.about("the column of yields, in percent per year").string("yield")
    maturity = reader.about("the maturity that is held, in years")
      .double("maturity", in: .above(0, upTo: 100))
    shorter = reader.about("the column of yields of the next shorter maturity, for the roll-down")
      .optionalString("shorter")
    shorterMaturity = reader.about("that maturity, in years")
      .optionalDouble("shorterMaturity", in: .above(0, upTo: 100))
    if (shorter == nil) != (shorterMaturity == nil) {
      reader.report(
        shorter == nil ? "shorter" : "shorterMaturity",
        "is missing; expected both 'shorter' and 'shorterMaturity', or neither")
    }
    if let shorterMaturity, shorterMaturity >= maturity {
      reader.report(
        "shorterMaturity", "value is \(shorterMaturity); expected less than maturity, \(maturity)")
    }
  }

  var bond: ConstantMaturityBond {
    ConstantMaturityBond(maturity: maturity, shorterMaturity: shorterMaturity)
  }
}

extension CSVFormat {
  /// The options of an experiment's config.
  init(_ reader: ConfigReader) {
    self.init(
      separator: reader.about("between cells; without it the file tells")
        .optionalChoice("separator"),
      decimal: reader.about("the decimal mark; without it the file tells")
        .optionalChoice("decimal"),
      dates: reader.about(
        "the order of the numbers of a date; without it the file tells, or is refused"
      )
      .optionalChoice("dates"),
      layout: reader.about(
        "wide: a column per series; long: a row per date and series; without it the file tells"
      )
      .optionalChoice("layout"),
      headerLine: reader.about(
        "the line of the column names, where the file begins with other lines"
      )
      .optionalInt("headerLine", in: Self.headerLines),
      dateColumn: reader.about("the column of dates").optionalString("dateColumn"),
      nameColumn: reader.about("the column of series' names of a long table")
        .optionalString("nameColumn"),
      valueColumn: reader.about("the column of numbers of a long table")
        .optionalString("valueColumn"),
      ignored: reader.about("columns that are not read").strings("ignored", default: []))
  }

  /// The lines that may hold the names of the columns.
  static let headerLines = 1...1_000_000

  /// What a config says of it under `csv`, the options that are stated; nil without any.
  var config: JSONValue? {
    let stated: [(String, JSONValue?)] = [
      ("separator", separator.map { JSONValue($0.rawValue) }),
      ("decimal", decimal.map { JSONValue($0.rawValue) }),
      ("dates", dates.map { JSONValue($0.rawValue) }),
      ("layout", layout.map { JSONValue($0.rawValue) }),
      ("headerLine", headerLine.map { JSONValue($0) }),
      ("dateColumn", dateColumn.map { JSONValue($0) }),
      ("nameColumn", nameColumn.map { JSONValue($0) }),
      ("valueColumn", valueColumn.map { JSONValue($0) }),
      ("ignored", ignored.isEmpty ? .none : JSONValue(ignored)),
    ]
    let members = stated.compactMap { key, value in value.map { (key, $0) } }
    return members.isEmpty ? .none : JSONValue(object: members)
  }
}

extension ConfigReader {
  /// A file's name or an array of such; none when the key is missing or `null`.
  func files(_ key: String, isRequired: Bool) -> [String] {
    let expected = "a file's name or an array of such"
    func parse(_ value: JSONValue) -> [String]? {
      if let name = value.string { return name.isEmpty ? nil : [name] }
      guard let elements = value.elements, !elements.isEmpty else { return nil }
      let names = elements.compactMap { $0.string }.filter { !$0.isEmpty }
      return names.count == elements.count && Set(names).count == names.count ? names : nil
    }
    func encode(_ names: [String]) -> JSONValue {
      names.count == 1 ? JSONValue(names[0]) : JSONValue(.array(names.map { JSONValue($0) }))
    }
    guard isRequired else {
      return readOptional(key, expected: expected, encode: encode, parse: parse) ?? []
    }
    return read(
      key, fallback: nil, standIn: [], expected: expected, encode: encode, parse: parse)
  }

  /// An ISO date, or nil when the key is missing or `null`.
  func date(_ key: String) -> CalendarDate? {
    readOptional(
      key, expected: "a date such as \"2000-01-31\"", encode: { JSONValue($0.description) },
      parse: { $0.string.flatMap { CalendarDate($0) } })
  }
}
