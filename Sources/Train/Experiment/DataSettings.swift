internal import Finance

/// Which market data an experiment runs on.
struct DataSettings: Sendable {
  /// The CSV of prices or total-return levels; relative paths start at the config's folder.
  var prices: String
  /// A simulated market in place of files.
  var simulated: SimulationSettings?
  /// Columns of the price file to invest in.
  var assets: [String]
  /// The column whose return is the risk-free return; none means cash earns nothing.
  var cash: String?
  /// The CSV of indicators.
  var indicators: String?
  /// Rows between an indicator's publication and the first decision that may use it.
  var indicatorLag: Int
  /// The first and last date used.
  var start: CalendarDate?
  var end: CalendarDate?
  /// How many missing prices in a row are filled with the last one.
  var maximumGap: Int
  /// How many rows of prices make a year.
  var rowsPerYear: Double

  /// The keys of a config whose values are paths.
  static let paths = [["data", "prices"], ["data", "indicators"]]

  init(_ reader: ConfigReader) {
    simulated = reader.about("a simulated market in place of files; null: none")
      .optionalObject("simulated") { SimulationSettings($0) }
    prices = reader.about(
      "the CSV of prices or total-return levels; relative paths start at the config's folder"
    )
    .string("prices", unless: simulated != nil)
    assets = reader.about("columns of the price file to invest in")
      .strings("assets", default: simulated?.assetNames, count: 1...)
    if let simulated, assets != simulated.assetNames {
      reader.report("assets", "expected none with data.simulated, whose assets have their names")
    }
    cash = reader.about(
      "the column whose return is the risk-free return; without one cash earns nothing"
    )
    .optionalString("cash")
    indicators = reader.about("the CSV of indicators, dated by publication")
      .optionalString("indicators")
    indicatorLag = reader.about(
      "rows between an indicator's publication and the first decision that may use it"
    )
    .int("indicatorLag", default: 0, in: 0...1000)
    start = reader.about("the first date used")
      .date("start")
    end = reader.about("the last date used")
      .date("end")
    maximumGap = reader.about("how many missing prices in a row are filled with the last one")
      .int("maximumGap", default: 0, in: 0...1000)
    rowsPerYear = reader.about("how many rows of prices make a year")
      .double("rowsPerYear", default: 252, in: .above(0, upTo: 400))
    if let start, let end, start > end {
      reader.report("end", "value is \(end); expected a date after the start, \(start)")
    }
  }
}

extension ConfigReader {
  /// A string that is required unless something else takes its place; empty then.
  fileprivate func string(_ key: String, unless replaced: Bool) -> String {
    replaced ? string(key, default: "") : string(key)
  }

  /// An ISO date, or nil when the key is missing or `null`.
  func date(_ key: String) -> CalendarDate? {
    readOptional(
      key, expected: "a date such as \"2000-01-31\"", encode: { JSONValue($0.description) },
      parse: { $0.string.flatMap { CalendarDate($0) } })
  }
}
