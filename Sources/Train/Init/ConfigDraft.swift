internal import Finance

/// A commented config for somebody's own data, which runs as it stands.
struct ConfigDraft: Sendable {
  let profile: DataProfile
  let name: String
  /// The paths to write into the config.
  let prices: String
  let indicators: (path: String, names: [String], left: [String])?
  /// How the files are written, where they do not tell by themselves.
  let format: CSVFormat

  private let every: Int
  private let momentum: [Int]
  private let ratio: (Int, Int)
  private let window: Int
  private let train: Int
  private let validation: Int
  private let test: Int
  private let firstTest: CalendarDate
  private static let steps = 12
  private static let purge = 2

  /// Chooses folds by how long the data are; throws a ``DataError`` for too short ones.
  init(
    _ profile: DataProfile, name: String, prices: String, indicators: Panel? = nil,
    indicatorsPath: String = "", format: CSVFormat = CSVFormat()
  ) throws {
    self.profile = profile
    self.name = name
    self.prices = prices
    self.format = format
    switch profile.frequency {
    case .daily: (every, momentum, ratio, window) = (5, [21, 63, 126, 252], (20, 250), 60)
    case .weekly: (every, momentum, ratio, window) = (1, [4, 13, 26, 52], (13, 52), 52)
    case .monthly: (every, momentum, ratio, window) = (1, [2, 3, 6, 12], (6, 24), 36)
    }
    let dates = profile.panel.dates
    let perYear = max(1, profile.rowsPerYear / every)
    // What the longest feature and the covariance need; volatilities behind momentum included.
    let builder = FeatureBuilder(
      assetFeatures: try Self.features(momentum, ratio).map { try AssetFeature($0) })
    let history = max(builder.requiredRows, window) + 2
    let start = profile.firstRow + history
    var (chosen, left): ([String], [String]) = ([], [])
    if let indicators {
      for column in indicators.columns.indices {
        let name = indicators.columns[column]
        let values = indicators.values.column(column)
        let known = values.indices.filter { !values[$0].isNaN }
        if let first = known.first, let last = known.last, start < dates.count,
          indicators.dates[first] < dates[start],
          dates[dates.count - 1].days - indicators.dates[last].days <= 120
        {
          chosen.append(name)
        } else {
          left.append(name)
        }
      }
    }
    self.indicators = indicators == nil ? nil : (indicatorsPath, chosen, left)
    let decisions = (dates.count - 1 - every - 1 - start) / every + 1 - (Self.steps - 1)
    let minimum = 60
    guard decisions >= minimum else {
      throw DataError(
        file: profile.panel.source,
        problem:
          "is too short: after \(history) rows of history for features and covariance there are "
          + "\(max(0, decisions)) decisions; expected at least \(minimum).")
    }
    validation = max(8, min(2 * perYear, decisions / 6))
    test = max(8, min(2 * perYear, decisions / 6))
    train = max(16, min(4 * perYear, decisions / 4))
    let needed = train + validation + 2 * Self.purge
    let first = max(needed, decisions * 2 / 5) + Self.steps - 1
    firstTest = dates[min(dates.count - 1, start + first * every)]
  }

  private static func features(_ momentum: [Int], _ ratio: (Int, Int)) -> [String] {
    momentum.map { "momentum(\($0))" } + ["volatilityRatio(\(ratio.0),\(ratio.1))"]
  }

  /// Bounds of the budgets in multiples of 1/N: a fiftieth to four fifths of all risk for few assets.
  private var bounds: (floor: Double, cap: Double) {
    let n = Double(profile.assets.count)
    func round(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    return (round(min(0.2, 0.02 * n)), round(max(1.2, min(8, 0.8 * n))))
  }

  /// The config as text.
  var text: String {
    let dates = profile.panel.dates
    func quoted(_ names: [String]) -> String {
      JSONValue(names).text(.compact)
    }
    var lines: [String] = ["{"]
    func add(_ line: String) { lines.append("  " + line) }
    add("// \(profile.panel.source): \(dates.count) \(profile.frequency.rawValue) rows,")
    add("// \(dates[0]) to \(dates[dates.count - 1]).")
    for column in profile.columns { add("// " + Self.describe(column, profile)) }
    add("\"name\": \(JSONValue(name).text(.compact)),")
    add("\"description\": \"\",  // a sentence for the report")
    add("\"data\": {")
    add("  \"prices\": \(JSONValue(prices).text(.compact)),  // relative to this file's folder")
    add("  \"assets\": \(quoted(profile.assets)),")
    if let cash = profile.cash {
      add("  \"cash\": \(JSONValue(cash).text(.compact)),  // its return is the risk-free one")
    } else {
      add("  // No column of cash was found: idle money earns nothing, and returns count in full.")
    }
    if let csv = format.config { add("  \"csv\": \(csv.text(.compact)),") }
    if let indicators, !indicators.names.isEmpty {
      add("  \"indicators\": \(JSONValue(indicators.path).text(.compact)),")
      add(
        "  \"indicatorLag\": 1,  // rows after its date until an indicator may be used; 0 if dated by publication"
      )
    }
    if profile.maximumGap > 0 {
      add(
        "  \"maximumGap\": \(profile.maximumGap),  // missing prices in a row that are filled with the last one"
      )
    }
    add("  \"rowsPerYear\": \(profile.rowsPerYear)")
    add("},")
    add("\"decisions\": { \"every\": \(every) },  // rows from one decision to the next")
    add(
      "// Decided at a close, traded at the next one, at 10 basis points of what is traded: set yours."
    )
    add("\"execution\": { \"lag\": 1, \"costBasisPoints\": 10 },")
    add("\"features\": {")
    let features = Self.features(momentum, ratio)
    let market = indicators?.names.map { "indicator(\($0))" } ?? []
    add("  \"asset\": \(quoted(features))" + (market.isEmpty ? "" : ","))
    if !market.isEmpty { add("  \"market\": \(quoted(market))") }
    if let indicators, !indicators.left.isEmpty {
      add(
        "  // Left out, for they begin too late or end too early: \(indicators.left.joined(separator: ", "))."
      )
    }
    add("},")
    let estimator = 3 * profile.assets.count > window ? "ledoit-wolf" : "sample"
    add("\"covariance\": { \"estimator\": \"\(estimator)\", \"window\": \(window) },")
    add(
      "// Risk budgets in multiples of 1/N. The network is small on purpose: most data hold little to learn."
    )
    add("\"model\": { \"budgets\": { \"floor\": \(bounds.floor), \"cap\": \(bounds.cap) } },")
    add("\"objective\": { \"sharpe\": 1, \"priorPenalty\": 0.1 },")
    add("\"training\": { \"epochs\": 150, \"patience\": 40, \"seeds\": 5 },")
    add(
      "// Train on the past, choose the epoch on the next \(validation) decisions, test on \(test), move on."
    )
    add("\"folds\": {")
    add("  \"scheme\": \"expanding\",")
    add("  \"firstTest\": \"\(firstTest)\",")
    add(
      "  \"train\": \(train), \"validation\": \(validation), \"test\": \(test), \"purge\": \(Self.purge)"
    )
    add("},")
    add(
      "// Name what are stocks and what bonds: lead times before falls and stress tests are about them."
    )
    add("\"report\": { \"equities\": [], \"bonds\": [] }")
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func describe(_ column: DataProfile.Column, _ profile: DataProfile) -> String {
    var text = column.name + ": "
    if let first = column.first, let last = column.last { text += "\(first) to \(last)" }
    if column.missing > 0 {
      text += ", \(column.missing) missing, at most \(column.longestGap) in a row"
    }
    if let reason = column.reason {
      text += (column.first == nil ? "" : "; ") + "left out: it \(reason)"
    }
    if column.name == profile.cash { text += "; taken as cash" }
    // A name cannot end the comment.
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
