public import Autodiff

/// Expected excess returns from the states of a network: `μ_i = σ_i (w·h_i + c_i)`, with trailing
/// volatilities σ as their unit and one constant per asset.
///
/// All starts at zero, so that the untrained forecast is none.
///
/// - Shapes: states `[D, N, width]`, trailing volatilities `[D, N]`; forecasts `[D, N]`.
/// - Units: those of the trailing volatilities, per period; `w·h_i + c_i` is a Sharpe ratio per period.
/// - Parameters `weight` `[width, 1]`, `constants` `[N]`.
public struct ReturnHead: Layer {
  /// What the head reads.
  public struct Input {
    /// `[D, N, width]`.
    public var states: Variable
    /// `[D, N]`, positive.
    public var trailing: Variable

    /// States and trailing volatilities.
    public init(states: Variable, trailing: Variable) {
      self.states = states
      self.trailing = trailing
    }
  }

  private let weight, constants: ParameterID
  private let assets: Int

  /// A head over states of a width, for so many assets.
  public init(width: Int, assets: Int, in builder: inout ParameterBuilder) {
    check(width > 0 && assets > 0, "ReturnHead: width \(width), \(assets) assets")
    self.assets = assets
    weight = builder.zeros("weight", Shape(width, 1))
    constants = builder.zeros("constants", Shape(assets))
  }

  /// The forecasts.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Variable {
    let shape = input.trailing.shape
    check(
      input.states.shape.rank == 3 && input.states.shape.prefix(2) == shape && shape[1] == assets,
      "ReturnHead: states \(input.states.shape), trailing \(shape), \(assets) assets")
    let scores = matmul(input.states, pass(weight)).reshaped(to: shape) + pass(constants)
    return input.trailing * scores
  }
}
