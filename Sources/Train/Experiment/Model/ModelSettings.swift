/// The model, block by block.
///
/// features → sequence → head (+ constants) → bounded budgets → weights. A block that is switched off
/// is not built.
struct ModelSettings: Sendable {
  enum Scorer: String, Sendable, CaseIterable {
    /// One network scores every asset from its own features and the market's.
    case shared
    /// One network reads the features of all assets and gives all scores.
    case joint
  }

  var scorer: Scorer
  var sequence: SequenceSettings
  var head: HeadSettings
  /// One trainable constant per asset beside the network.
  var assetConstants: Bool
  var budgets: BudgetSettings

  init(_ reader: ConfigReader, assets: Int) {
    scorer = reader.about(
      "shared: one network scores every asset from its own and the market's features; joint: one network reads the features of all assets and gives all scores"
    )
    .choice("scorer", default: .shared)
    sequence = reader.object("sequence") { SequenceSettings($0) }
    head = reader.object("head") { HeadSettings($0) }
    assetConstants = reader.about("one trainable constant per asset beside the network")
      .bool("assetConstants", default: true)
    budgets = reader.object("budgets") { BudgetSettings($0, assets: assets) }
    if head.kind == .none {
      if !assetConstants {
        reader.report(
          "assetConstants", "value is false; expected true without a network (head.kind none)")
      }
      // Nothing would read the states.
      sequence.kind = .none
    }
  }

  /// Whether nothing but the constants is trained, so that every seed gives the same.
  var isConstant: Bool { head.kind == .none }

  /// The decisions before a block that the model looks back on.
  var history: Int { sequence.history }

  /// The learned-constants baseline of this model: the same budgets without the network.
  var constants: ModelSettings {
    var model = self
    model.head.kind = .none
    model.sequence.kind = .none
    model.assetConstants = true
    return model
  }
}
