internal import Finance

extension Problem {
  /// The row from which each asset is in the universe `[N]`; nil where all are from the first on.
  var joins: [Int]? {
    data.isComplete ? nil : data.listings.map { $0 + Self.history(experiment) }
  }

  /// The rows of returns that an asset needs to be in the universe: those that the covariance, the
  /// features and the model read of it.
  static func history(_ experiment: Experiment) -> Int {
    let builder = FeatureBuilder(
      assetFeatures: experiment.features.asset, marketFeatures: experiment.features.market)
    return max(
      builder.requiredAssetRows, experiment.covariance.value.requiredRows,
      experiment.model.requiredRows)
  }

  /// Which assets are in the universe at some rows; nil for data without late listings.
  static func availability(
    _ experiment: Experiment, _ data: MarketData, _ rows: [Int]
  ) -> Availability? {
    data.isComplete ? nil : Availability(of: data, at: rows, history: history(experiment))
  }

  /// The same at the rows of decisions, each of which has two assets, or the only one, and all that
  /// features and rules name.
  static func requireAvailable(
    _ experiment: Experiment, _ data: MarketData, _ rows: [Int]
  ) throws -> Availability? {
    guard let availability = availability(experiment, data, rows) else { return nil }
    let history = history(experiment)
    let members = availability.members(at: 0)
    let first = data.dates[rows[0]]
    guard members.count >= min(2, data.assets.count) else {
      let joins = zip(data.assets, data.listings).map { asset, listing in
        let row = listing + history
        return "\(asset) \(row < data.dates.count ? "\(data.dates[row])" : "later")"
      }
      throw ExperimentError(
        """
        decision of \(first): \(members.count) of \(data.assets.count) assets \
        \(members.count == 1 ? "has" : "have") the \(history) rows of history that features and covariance \
        need; expected at least 2. It is complete from: \(joins.joined(separator: ", ")); set \
        decisions.firstRow or data.start later, or shorten the history
        """)
    }
    for feature in experiment.features.asset {
      guard case .correlation(let name, _) = feature,
        let asset = data.assets.firstIndex(of: name), !members.contains(asset)
      else { continue }
      throw ExperimentError(
        "features.asset: \(feature) reads \(name) from the first decision on, \(first), but it is listed "
          + "on \(data.dates[data.listings[asset]]); name an asset that is there, or set data.lateListings "
          + "to \"trim\"")
    }
    if let rule = experiment.model.floorRule {
      let defensive = members.filter { rule.assets.contains(data.assets[$0]) }.count
      guard defensive > 0, defensive < members.count else {
        throw ExperimentError(
          "model.floorRule.assets: at the first decision, \(first), "
            + (defensive == 0
              ? "none of them is in the universe" : "only they are in the universe")
            + "; expected some assets of both kinds: name others, or set data.lateListings to \"trim\""
        )
      }
    }
    return availability
  }

  /// The covariances `[D, N, N]` that decisions at some rows use.
  static func covariances(
    _ experiment: Experiment, _ data: MarketData, _ rows: [Int], _ availability: Availability?
  ) throws -> [Double] {
    let estimator = experiment.covariance.value
    guard let availability else { return try estimator.covariances(at: rows, of: data) }
    return Finance.covariances(at: rows, of: data, by: estimator, among: availability)
  }

  /// The rows of returns that an asset needs to be held: ``history(_:)``, or those that a rule in the
  /// model's place reads of it where they are more (see ``UniverseRule``).
  static func holdingHistory(_ experiment: Experiment) -> Int {
    max(history(experiment), experiment.strategy?.requiredRows ?? 0)
  }

  /// What there is to say of the data, a sentence each: their notes, and when late assets are listed and
  /// may be held.
  var notes: [String] {
    guard !data.isComplete else { return data.notes }
    let history = Self.holdingHistory(experiment)
    return data.notes
      + data.listings.indices.filter { data.listings[$0] > 0 }.map { asset in
        let listing = data.listings[asset]
        let decision = rows.first { $0 >= listing + history }.map { "\(data.dates[$0])" }
        return "\(data.assets[asset]) is listed on \(data.dates[listing]); with \(history) rows of "
          + "history it is in the universe "
          + (decision.map { "from the decision of \($0) on." } ?? "of no decision.")
      }
  }
}
