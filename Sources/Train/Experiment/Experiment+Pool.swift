internal import Finance

extension Experiment {
  /// The universes that the network is also trained on: those of `training.pool` that have a weight.
  var pool: [PoolSettings] { training.pool.filter { $0.weight > 0 } }

  /// The experiment on the data of a pooled universe, without what is of the experiment's own assets.
  ///
  /// Nothing after the experiment's own end is of use, and so it is not read.
  func pooled(_ universe: PoolSettings) -> Experiment {
    var result = self
    result.data = universe.data
    if let end = data.end { result.data.end = universe.data.end.map { min($0, end) } ?? end }
    result.training.pool = []
    // It counts the experiment's own rows.
    result.decisions.firstRow = 0
    result.strategy = nil
    result.baselines = []
    return result
  }

  /// Reads the data of a pooled universe.
  func data(
    of universe: PoolSettings, folder: String, ofRun isRun: Bool
  ) throws -> ExperimentData {
    let own = pooled(universe)
    let index = training.pool.firstIndex { $0.name == universe.name } ?? 0
    do {
      return try ExperimentData(
        own.data, section: "training.pool[\(index)].data", indicatorNames: own.indicatorNames,
        folder: folder, here: [], throughEnd: false, ofRun: isRun)
    } catch { throw ExperimentError("training.pool '\(universe.name)': \(error)") }
  }

  /// Reports what cannot be trained on several universes: all that is of certain assets, or reads all assets
  /// at once.
  func requirePoolable(_ reader: ConfigReader) {
    guard !pool.isEmpty else { return }
    func refuse(_ key: String, _ found: String, _ expected: String) {
      reader.report(key, "\(found); expected \(expected), or training.pool []")
    }
    for (index, universe) in pool.enumerated()
    where pool[..<index].contains(where: { $0.name == universe.name }) {
      reader.report(
        "training", "pool has two universes named '\(universe.name)'; expected different names")
    }
    if strategy != nil {
      refuse("training", "pool would train a network, which a strategy stands for", "no strategy")
    }
    if training.block != nil {
      refuse(
        "training",
        "block cuts the training part, and a step with a pool takes the whole of every universe",
        "null")
    }
    requirePoolableModel(refuse)
    if !objective.prior.isEmpty {
      refuse("objective", "prior names assets, which a pooled universe does not have", "{}")
    }
    for universe in pool { requireFeatures(universe, refuse) }
  }

  private func requirePoolableModel(
    _ refuse: (_ key: String, _ found: String, _ expected: String) -> Void
  ) {
    if model.scorer == .joint {
      refuse(
        "model", "scorer is \"joint\", a network of the experiment's own assets together",
        "\"shared\", which is the same for each asset")
    }
    let ofAssets: [(what: String, isOn: Bool)] = [
      ("dualLayer", model.dualLayer != nil), ("budgets.groups", !model.budgets.groups.isEmpty),
      ("floorRule", model.floorRule != nil), ("tilt (learned)", model.tilt?.kind == .learned),
    ]
    for block in ofAssets where block.isOn {
      refuse("model", "\(block.what) is of the experiment's own assets", "none")
    }
    if model.regimes != nil {
      refuse("model", "regimes are of one market", "null")
    }
    if model.head.kind == .none, model.dualLayer == nil {
      refuse(
        "model", "head.kind is \"none\": there is no network to share", "\"linear\" or \"mlp\"")
    }
    for universe in pool {
      let (own, assets) = (data.assets.count, universe.data.assets.count)
      let rank = model.risk.rank
      if model.risk.kind == .factor, min(rank, own) != min(rank, assets) {
        refuse(
          "model",
          "risk.rank is \(rank), pool '\(universe.name)' has \(assets) assets and the experiment \(own)",
          "at most \(min(own, assets)) factors")
      }
      if let attention = model.attention, attention.neighbours >= assets {
        refuse(
          "model",
          "attention.neighbours is \(attention.neighbours), and pool '\(universe.name)' has \(assets) "
            + "assets", "fewer neighbours")
      }
    }
  }

  /// Features that name an asset or an indicator need it in every universe.
  private func requireFeatures(
    _ universe: PoolSettings,
    _ refuse: (_ key: String, _ found: String, _ expected: String) -> Void
  ) {
    for feature in features.asset {
      guard case .correlation(let name, _) = feature, !universe.data.assets.contains(name) else {
        continue
      }
      refuse(
        "features", "asset has \(feature), and \(name) is no asset of pool '\(universe.name)'",
        "features of what every universe has")
    }
    let (names, data) = (features.indicatorNames, universe.data)
    let list = names.joined(separator: ", ")
    guard !names.isEmpty, data.simulated == nil else { return }
    if data.indicators.isEmpty {
      refuse(
        "features", "market reads \(list), and pool '\(universe.name)' has no data.indicators",
        "their file there, or features without indicators")
    } else if data.indicatorLag + execution.lag == 0,
      names.contains(where: { data.indicatorLagDays[$0, default: 0] == 0 })
    {
      refuse(
        "features", "market reads \(list), which nothing delays in pool '\(universe.name)'",
        "execution.lag, or its data.indicatorLag or data.indicatorLagDays, above 0")
    }
  }
}
