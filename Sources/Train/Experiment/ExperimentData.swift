internal import Finance

/// The market data of an experiment, read from the files that its config names.
struct ExperimentData {
  let data: MarketData
  let files: [Provenance.DataFile]

  /// Reads files and puts them together.
  ///
  /// Relative paths start at `folder`, those of the keys in `here` at the current one. With `throughEnd` the
  /// data are used to their last row whatever the config says. `section` is the place of the settings. The data of a
  /// `run` are read as they were when it was made.
  init(
    _ settings: DataSettings, section: String = "data", indicatorNames: [String], folder: String,
    here: Set<String>, throughEnd: Bool, ofRun isRun: Bool = false
  ) throws {
    if let simulation = settings.simulated {
      (data, files) = (simulation.simulate().data, [])
      return
    }
    var files: [Provenance.DataFile] = []
    func panels(_ key: String, _ names: [String]) throws -> [Panel] {
      try names.enumerated().map { index, name in
        let path = name.hasPrefix("/") || here.contains(key) ? name : folder + "/" + name
        let panel = try CSVPanelReader.read(path, format: settings.formats[name] ?? settings.csv)
        files.append(
          Provenance.DataFile(
            key: "\(section).\(key)" + (names.count > 1 ? "[\(index)]" : ""), path: path,
            sha256: try SHA256.hex(ofFile: path)))
        return settings.weekends == .drop && key == "prices" ? panel.withoutWeekends() : panel
      }
    }
    let prices = try Self.prices(settings, try panels("prices", settings.prices))
    var indicators: IndicatorSelection?
    var indicatorNotes: [String] = []
    if !settings.indicators.isEmpty {
      let joined = try Panel.joined(try panels("indicators", settings.indicators), on: .all)
      indicatorNotes = joined.notes
      indicators = IndicatorSelection(
        panel: joined, columns: indicatorNames, lag: settings.indicatorLag,
        lagDays: settings.indicatorLagDays)
    }
    let data = try MarketData(
      prices: prices, assets: settings.assets, cash: settings.cash, indicators: indicators,
      from: settings.start, through: throughEnd ? nil : settings.end,
      lateListings: settings.lateListings, cleaning: settings.cleaning)
    let frequency = try RowFrequency(data.dates)?.notes(
      rowsPerYear: settings.rowsPerYear, ofRun: isRun)
    self.data = data.adding(
      notes: indicatorNotes + (frequency ?? []) + Self.weekendNote(data, settings))
    self.files = files
  }

  /// Yields turned into bonds, returns into levels, and the files joined.
  private static func prices(_ settings: DataSettings, _ files: [Panel]) throws -> Panel {
    let wanted = Set(settings.assets + (settings.cash.map { [$0] } ?? []))
    var bonds = settings.bonds
    let panels = try files.map { file -> Panel in
      var panel = file
      var made: Set<String> = []
      for bond in bonds where file.columns.contains(bond.yield) {
        panel = try panel.addingBond(
          bond.name, bond.bond, yield: bond.yield, shorter: bond.shorter)
        made.insert(bond.name)
      }
      bonds.removeAll { made.contains($0.name) }
      // A name shared by several files is wanted from each, under the file's name.
      let own = file.columns.filter { name in
        wanted.contains(name) || wanted.contains { $0.hasSuffix("." + name) }
      }
      guard !own.isEmpty else { return panel }
      if let kind = settings.kind {
        panel = try panel.levels(of: own, from: kind)
      } else {
        let (kind, note) = try panel.inferredKind(of: own)
        panel = try panel.levels(of: own, from: kind).adding(notes: note.map { [$0] } ?? [])
      }
      try panel.validatePositive(own)
      return panel
    }
    if let bond = bonds.first {
      let columns = files.flatMap(\.columns)
      throw ExperimentError(
        "data.bonds.\(bond.name).yield: no column '\(bond.yield)' in the price files"
          + Spelling.hint(for: bond.yield, among: columns))
    }
    return try Panel.joined(panels, on: settings.calendar)
  }

  /// For daily data alone: the last day of a month or of a week may well be a Sunday.
  private static func weekendNote(_ data: MarketData, _ settings: DataSettings) -> [String] {
    guard settings.rowsPerYear > 100 else { return [] }
    let count = data.dates.filter { $0.weekday > 5 }.count
    guard count > 0, settings.weekends == .keep else { return [] }
    return [
      "\(count) rows are on weekends and used like any other; data.weekends = \"drop\" leaves them out."
    ]
  }
}
