internal import Finance

/// The model, block by block.
///
/// features → selection → sequence → attention → head (+ constants) → regimes → bounded budgets →
/// rules → covariance → tilt → weights → gates. A block that is switched off is not built.
struct ModelSettings: Sendable {
  enum Scorer: String, Sendable, CaseIterable {
    /// One network scores every asset from its own features and the market's.
    case shared
    /// One network reads the features of all assets and gives all scores.
    case joint
  }

  var scorer: Scorer
  /// Which features matter; nil: all as they are.
  var selection: SelectionSettings?
  var sequence: SequenceSettings
  /// Across assets; nil: each asset on its own.
  var attention: AttentionSettings?
  var head: HeadSettings
  /// One trainable constant per asset (and regime) beside the network.
  var assetConstants: Bool
  /// Regimes with budgets of their own; nil: one regime.
  var regimes: RegimeSettings?
  var budgets: BudgetSettings
  /// The risk that the budgets are shares of.
  var measure: MeasureSettings
  /// How hard a date may be for the risk-budgeting solver.
  var solver: SolverLimits
  /// The dual-layer model whose table, thresholds and rates are trained, in the network's place.
  var dualLayer: DualLayer?
  /// Rows from one decision to the next.
  let every: Int
  /// A rule that lifts defensive assets; nil: none.
  var floorRule: FloorRuleSettings?
  /// The covariance that the solver sees.
  var risk: RiskForecastSettings
  /// Expected returns that tilt the budgets; nil: none.
  var tilt: TiltSettings?
  /// Which assets are left out; nil: none.
  var gate: GateSettings?
  /// The forecast of drawdowns; nil: none.
  var drawdown: DrawdownSettings?

  init(_ reader: ConfigReader, assets: [String], rowsPerYear: Double, every: Int) {
    self.every = every
    scorer = reader.about(
      "shared: one network scores every asset from its own and the market's features; joint: one network reads the features of all assets and gives all scores"
    )
    .choice("scorer", default: .shared)
    selection = reader.about("selection of the variables before the sequence; null: none")
      .optionalObject("selection") { SelectionSettings($0) }
    sequence = reader.object("sequence") { SequenceSettings($0) }
    attention = reader.about("sparse attention across assets after the sequence; null: none")
      .optionalObject("attention") { AttentionSettings($0, assets: assets.count) }
    head = reader.object("head") { HeadSettings($0) }
    assetConstants = reader.about(
      "one trainable constant per asset, and per regime, beside the network"
    )
    .bool("assetConstants", default: true)
    regimes = reader.about("regimes of the market, each with its budgets; null: none")
      .optionalObject("regimes") { RegimeSettings($0) }
    budgets = reader.object("budgets") { BudgetSettings($0, assets: assets) }
    measure = reader.object("measure") { MeasureSettings($0) }
    solver = reader.object("solver") { SolverLimits($0) }
    floorRule = reader.about(
      "a rule, not a model: a floor for defensive assets while an indicator is high; null: none"
    )
    .optionalObject("floorRule") { FloorRuleSettings($0, known: assets) }
    risk = reader.object("risk") { RiskForecastSettings($0) }
    tilt = reader.about(
      "budgets tilted by expected returns: of the risk σ(w) − μᵀw instead of σ(w); null: none"
    )
    .optionalObject("tilt") { TiltSettings($0) }
    gate = reader.about("gates that leave assets out; null: none")
      .optionalObject("gate") { GateSettings($0) }
    drawdown = reader.about("a forecast of drawdowns as the network's second task; null: none")
      .optionalObject("drawdown") { DrawdownSettings($0) }
    dualLayer = reader.about(
      "a dual-layer model (keys as in Baselines) whose table, thresholds, tactical weights and smoothing are trained, in the place of network, constants and bounded budgets; triggers and limits have no part in it"
    )
    .optionalObject("dualLayer", expected: "an object or null") {
      DualLayer($0, assets: assets, rowsPerYear: rowsPerYear)
    }
    requireMeasure(reader)
    if dualLayer != nil {
      replaceNetwork(reader)
      return
    }
    requireConsistency(reader)
    if head.kind == .none {
      // Nothing would read what they give.
      sequence.kind = .none
      selection = nil
    }
  }

  /// Leaves out what a dual-layer model stands for.
  private mutating func replaceNetwork(_ reader: ConfigReader) {
    let others: [(key: String, isOn: Bool)] = [
      ("regimes", regimes != nil), ("attention", attention != nil), ("gate", gate != nil),
      ("floorRule", floorRule != nil), ("drawdown", drawdown != nil),
      ("risk", risk.kind != .trailing), ("budgets", !budgets.groups.isEmpty),
      ("tilt", tilt != nil),
    ]
    for other in others where other.isOn {
      reader.report(other.key, "expected none of it beside dualLayer, which has states of its own")
    }
    head.kind = .none
    sequence.kind = .none
    selection = nil
    assetConstants = false
  }

  /// Scenarios take the place of the covariance and of the solver that has limits.
  private func requireMeasure(_ reader: ConfigReader) {
    guard measure.kind != .volatility else { return }
    if risk.kind != .trailing {
      reader.report(
        "risk",
        "kind is \(risk.kind.rawValue), which forecasts a covariance; expected trailing with "
          + "measure.kind \(measure.kind.rawValue), which reads none")
    }
    if tilt != nil {
      reader.report(
        "tilt", "expected null with measure.kind \(measure.kind.rawValue): a tilt is of volatility")
    }
    if solver.isLimiting {
      reader.report(
        "solver",
        "expected no limits with measure.kind \(measure.kind.rawValue): they are of the solver for "
          + "volatility")
    }
  }

  private func requireConsistency(_ reader: ConfigReader) {
    let perAsset: [(key: String, what: String, isOn: Bool)] = [
      ("attention", "attention", attention != nil),
      ("risk", "risk.kind \(risk.kind.rawValue)", risk.usesNetwork),
      ("tilt", "a learned tilt", tilt?.kind == .learned),
      ("gate", "a stochastic gate", gate?.kind == .stochastic),
      ("drawdown", "drawdown", drawdown != nil),
    ]
    for block in perAsset where block.isOn {
      if head.kind == .none {
        reader.report(
          block.key,
          "\(block.what) reads the network's states; expected a head.kind that is not none")
      } else if scorer == .joint {
        reader.report(
          block.key,
          "\(block.what) needs states of every asset; expected scorer \"shared\", not \"joint\"")
      }
    }
    if head.kind == .none {
      if !assetConstants {
        reader.report(
          "assetConstants", "value is false; expected true without a network (head.kind none)")
      }
      if regimes?.budgets == .network {
        reader.report(
          "regimes",
          "budgets is network; expected constant without a network, or a head that is not none")
      }
    }
    if tilt != nil {
      if risk.kind == .factor {
        reader.report(
          "tilt", "expected a risk.kind other than factor: the tilted risk needs whole covariances")
      }
      if solver.isLimiting {
        reader.report(
          "solver", "expected no limits with a tilt: they are of the solver for plain volatility")
      }
    }
    if let regimes, regimes.budgets == .constant, !assetConstants {
      reader.report(
        "assetConstants",
        "value is false; expected true with regimes of constant budgets, or regimes.budgets network"
      )
    }
  }

  /// Rows of returns that a decision reads besides features and covariance.
  var requiredRows: Int { max(measure.requiredRows, tilt?.requiredRows ?? 0) }

  /// Whether nothing random is in the model's start, so that every seed gives the same.
  var isConstant: Bool { head.kind == .none && regimes?.emissions != .network }

  /// The decisions before a block that the model looks back on.
  ///
  /// A dual-layer model settles its budgets over as many rows as its rule does.
  var history: Int {
    let settling = dualLayer == nil ? 0 : (DualLayer.settlingRows + every - 1) / every
    return max(sequence.history, regimes?.warmup ?? 0, settling)
  }

  /// The learned-constants baseline of this model: the same budgets, rules and recursions without
  /// network and regimes.
  var constants: ModelSettings {
    var model = self
    model.head.kind = .none
    model.sequence.kind = .none
    model.selection = nil
    model.attention = nil
    model.regimes = nil
    model.drawdown = nil
    if risk.usesNetwork {
      model.risk.kind = .trailing
      model.risk.weight = 0
    }
    if gate?.kind == .stochastic { model.gate = nil }
    if tilt?.kind == .learned { model.tilt = nil }
    model.assetConstants = true
    model.dualLayer = nil
    return model
  }
}
