internal import Finance

/// The players of an attribution: features that come and go together.
struct FeatureGroups: Sendable, Hashable {
  /// One group.
  struct Group: Sendable, Hashable {
    let name: String
    /// Positions among the features of an asset, and among those of the market.
    let asset: [Int]
    let market: [Int]
  }

  let groups: [Group]

  var names: [String] { groups.map(\.name) }

  /// Groups for an experiment's features: `given` ones (name and members), and the rest by itself.
  ///
  /// The rest is one group per feature where that leaves few enough to evaluate every coalition, else one
  /// per family: `momentum(21)` and `momentum(63)` are of one, and so are an indicator and its changes.
  ///
  /// Throws a ``UsageError`` for a feature that does not exist or is named twice.
  init(_ settings: FeatureSettings, given: [(name: String, members: [String])] = []) throws {
    let asset = settings.asset.map(\.description)
    let market = settings.market.map(\.description)
    var taken: Set<String> = []
    var groups: [Group] = []
    for (name, members) in given {
      for member in members {
        guard (asset + market).contains(member) else {
          throw UsageError(
            "--group \(name): no feature '\(member)'"
              + Spelling.hint(for: member, among: asset + market)
              + "; the features are \((asset + market).joined(separator: ", "))")
        }
        guard taken.insert(member).inserted else {
          throw UsageError("--group \(name): '\(member)' is in two groups")
        }
      }
      guard !groups.contains(where: { $0.name == name }) else {
        throw UsageError("--group \(name): there are two groups of this name")
      }
      groups.append(Self.group(name, members, asset, market))
    }
    let rest = (asset + market).filter { !taken.contains($0) }
    let isFew = groups.count + rest.count <= ShapleyValues.maximumExactPlayers
    var names: [String] = []
    for feature in rest {
      let name = isFew ? feature : Self.family(feature)
      if !names.contains(name) { names.append(name) }
    }
    for name in names {
      let members = rest.filter { (isFew ? $0 : Self.family($0)) == name }
      groups.append(Self.group(name, members, asset, market))
    }
    self.groups = groups
  }

  /// `momentum` of `momentum(21)`; the indicator's name of `indicatorChange(RV21,5)`.
  private static func family(_ feature: String) -> String {
    let parts = feature.split { "(),".contains($0) }.map(String.init)
    guard let function = parts.first else { return feature }
    return function.hasPrefix("indicator") && parts.count > 1 ? parts[1] : function
  }

  private static func group(
    _ name: String, _ members: [String], _ asset: [String], _ market: [String]
  ) -> Group {
    Group(
      name: name, asset: asset.indices.filter { members.contains(asset[$0]) },
      market: market.indices.filter { members.contains(market[$0]) })
  }

  /// Puts rows of `background` in place of some groups' features, in place.
  ///
  /// Row `target.lowerBound + k` takes the row of decision `source(k)`; groups in the coalition `mask`
  /// keep their own, from `original`.
  func blend(
    _ features: inout FeatureTensors, original: FeatureTensors, rows target: Range<Int>,
    mask: Int, source: (Int) -> Int
  ) {
    let (n, own, market) = (
      original.assetCount, original.assetFeatureCount, original.marketFeatureCount
    )
    for (k, row) in target.enumerated() {
      let background = source(k)
      for (index, group) in groups.enumerated() {
        let from = mask & 1 << index != 0 ? row : background
        for f in group.asset {
          for i in 0..<n {
            features.asset[(row * n + i) * own + f] = original.asset[(from * n + i) * own + f]
          }
        }
        for m in group.market {
          features.market[row * market + m] = original.market[from * market + m]
        }
      }
    }
  }
}
