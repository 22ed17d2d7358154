public import Autodiff

/// Volatility forecasts from the states of a network: `σ_i = trailing_i · exp(w·h_i + b)`.
///
/// The map starts at zero, so that the untrained forecast is the trailing volatility. Trained on an
/// auxiliary loss (`VolatilityForecastLoss` of Finance) the network is a volatility forecaster in its
/// own right.
///
/// - Shapes: states `[D, N, width]`, trailing volatilities `[D, N]`; forecasts `[D, N]`.
/// - Units: those of the trailing volatilities, per period.
public struct VolatilityHead: Layer {
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

  private let map: Linear

  /// A head over states of a width; parameters `weight` and `bias`.
  public init(width: Int, in builder: inout ParameterBuilder) {
    map = Linear(inputs: width, outputs: 1, zeroStart: true, in: &builder)
  }

  /// The forecasts.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Variable {
    let shape = input.trailing.shape
    check(
      input.states.shape.rank == 3 && input.states.shape.prefix(2) == shape,
      "VolatilityHead: states \(input.states.shape), trailing \(shape)")
    return input.trailing * map(input.states, in: &pass).reshaped(to: shape).exp()
  }
}
