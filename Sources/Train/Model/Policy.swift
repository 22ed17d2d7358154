internal import Autodiff
internal import Finance
internal import Layers

/// The model: features → scores → bounded risk budgets → weights.
///
/// One scorer, shared by all assets, reads each asset's features and the market's; every asset adds
/// a constant of its own. The scorer's output starts at zero, so that an untrained policy holds
/// equal risk.
struct Policy: Sendable {
  private let lstm: LSTM?
  private let output: Linear?
  private let constants: ParameterID?
  private let head: BoundedBudgets
  private let solver = RiskBudget()
  private let assets: Int

  /// The decisions before a block that the network looks back on.
  let history: Int

  /// Builds the model of some settings for `assets` assets of `features` features each.
  init(
    _ settings: ModelSettings, assets: Int, features: Int, in builder: inout ParameterBuilder
  ) throws {
    self.assets = assets
    head = BoundedBudgets(
      bounds: try BudgetBounds(count: assets, floor: settings.floor, cap: settings.cap))
    var width = features
    if settings.network == .lstm {
      lstm = builder.scope("lstm") {
        LSTM(inputs: features, hidden: settings.hidden, steps: settings.steps, in: &$0)
      }
      width = settings.hidden
      history = settings.steps - 1
    } else {
      lstm = nil
      history = 0
    }
    output =
      settings.network == .constant
      ? nil
      : builder.scope("output") { Linear(inputs: width, outputs: 1, zeroStart: true, in: &$0) }
    constants = settings.assetConstants ? builder.zeros("constants", Shape(assets)) : nil
  }

  /// What the policy decides for a block of decisions.
  struct Decision {
    /// Risk budgets `[D, N]`.
    let budgets: Variable
    /// Portfolio weights `[D, N]`.
    let weights: Variable
  }

  /// Decides for a block.
  ///
  /// Shapes: `features` `[history + D, N, F]`, the decisions before the block first; `covariances`
  /// `[D, N, N]`. Throws a `DatedError` for a date without a solution.
  func callAsFunction(
    features: Variable, covariances: Variable, in pass: inout Pass
  ) throws -> Decision {
    let dates = covariances.shape[0]
    var scores: Variable?
    if let output {
      let states = lstm.map { $0(features, in: &pass) } ?? features
      scores = output(states, in: &pass).reshaped(to: Shape(dates, assets))
    }
    if let constants {
      let own = pass(constants)
      scores =
        scores.map { $0 + own }
        ?? own + pass.tape.constant(Tensor(repeating: 0, shape: Shape(dates, assets)))
    }
    guard let scores else { fatalError("Policy: neither a network nor constants") }
    let budgets = try head(scores, in: &pass)
    return Decision(
      budgets: budgets, weights: try solver(covariances: covariances, budgets: budgets))
  }
}
