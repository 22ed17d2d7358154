internal import Finance

/// An experiment with its data read: what all commands start from.
struct LoadedExperiment: Sendable {
  let experiment: Experiment
  /// The config with every default resolved; decoding it gives the same experiment.
  let config: JSONValue
  let data: MarketData
  let provenance: Provenance

  var fingerprint: String { provenance.fingerprint(config: config) }

  /// Reads a config, applies overrides, and reads the data it names.
  ///
  /// Relative data paths start at `folder`, or at the config's own folder; those whose key under
  /// `data` is in `here`, at the current one. With `throughEnd` the data are used to their last row
  /// whatever the config says.
  init(
    config path: String, overrides: [ConfigOverride] = [], folder: String? = nil,
    here: Set<String> = [], throughEnd: Bool = false
  ) throws {
    var document = try ConfigDocument(contentsOf: path)
    for override in overrides { try document.apply(override) }
    let (experiment, resolved) = try document.decode { Experiment($0) }
    self.experiment = experiment
    config = resolved
    let base = folder ?? Self.folder(of: path)
    let settings = experiment.data
    if let simulation = settings.simulated {
      data = simulation.simulate().data
      provenance = Provenance(folder: base, data: [], character: DataCharacter(data))
      return
    }
    var files: [Provenance.DataFile] = []
    func panel(_ key: String, _ name: String) throws -> Panel {
      let isHere = here.contains { key == "data.\($0)" }
      let path = name.hasPrefix("/") || isHere ? name : base + "/" + name
      let panel = try CSVPanelReader.read(path)
      files.append(
        Provenance.DataFile(key: key, path: path, sha256: try SHA256.hex(ofFile: path)))
      return panel
    }
    let prices = try panel("data.prices", settings.prices)
    let indicators = try settings.indicators.map {
      IndicatorSelection(
        panel: try panel("data.indicators", $0), columns: experiment.indicatorNames,
        lag: settings.indicatorLag)
    }
    data = try MarketData(
      prices: prices, assets: settings.assets, cash: settings.cash, indicators: indicators,
      from: settings.start, through: throughEnd ? nil : settings.end,
      maximumGap: settings.maximumGap)
    provenance = Provenance(folder: base, data: files, character: DataCharacter(data))
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
