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
    let base = folder ?? Self.folder(of: path)
    let loaded = try ExperimentData(
      experiment.data, indicatorNames: experiment.indicatorNames, folder: base, here: here,
      throughEnd: throughEnd)
    let found = try experiment.resolvingFractionalOrders(loaded.data)
    self.experiment = found.experiment
    data = loaded.data.adding(notes: found.notes)
    // The run keeps what was found, so that predictions use it.
    var config = resolved
    if !found.notes.isEmpty {
      config["features"]?["asset"] = JSONValue(found.experiment.features.asset.map(\.description))
    }
    self.config = config
    provenance = Provenance(folder: base, data: loaded.files, character: DataCharacter(data))
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
