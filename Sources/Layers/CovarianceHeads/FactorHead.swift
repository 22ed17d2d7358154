public import Autodiff

/// Factor covariances `Σ = B Φ Bᵀ + diag(d)` from the states of a network, in time linear in the
/// number of assets.
///
/// `B = B₀ + σ_i ⊙ (h_i W + b)`, `Φ = E Φ₀ E` with `E = diag(exp ½(h̄ V + c))` of the mean state h̄,
/// `d = d₀ ⊙ exp(h_i v + f)`: changes of a trailing model B₀, Φ₀, d₀ that start at zero. σ is the
/// trailing idiosyncratic volatility √d₀, which gives the changes of loadings their unit.
///
/// - Shapes: states `[D, N, width]`; loadings `[D, N, K]`, factors `[D, K, K]`, idiosyncratic
///   variances `[D, N]`.
/// - Parameters `loadings`, `factors`, `idiosyncratic`, each `weight` and `bias`.
public struct FactorHead: Layer {
  /// A factor covariance for a block of dates, as `FactorRiskBudget` takes it.
  public struct Model {
    /// B `[D, N, K]`.
    public var loadings: Variable
    /// Φ `[D, K, K]`.
    public var factors: Variable
    /// d `[D, N]`.
    public var idiosyncratic: Variable

    /// A model of its parts.
    public init(loadings: Variable, factors: Variable, idiosyncratic: Variable) {
      self.loadings = loadings
      self.factors = factors
      self.idiosyncratic = idiosyncratic
    }
  }

  /// What the head reads.
  public struct Input {
    /// `[D, N, width]`.
    public var states: Variable
    /// The trailing model.
    public var trailing: Model

    /// States and the trailing model.
    public init(states: Variable, trailing: Model) {
      self.states = states
      self.trailing = trailing
    }
  }

  private let loadings, factors, idiosyncratic: Linear
  private let factorCount: Int

  /// A head for models of `factors` factors.
  public init(width: Int, factors count: Int, in builder: inout ParameterBuilder) {
    check(width > 0 && count > 0, "FactorHead: width \(width), \(count) factors")
    factorCount = count
    func zero(_ name: String, _ outputs: Int) -> Linear {
      builder.scope(name) {
        Linear(inputs: width, outputs: outputs, zeroStart: true, in: &$0)
      }
    }
    loadings = zero("loadings", count)
    factors = zero("factors", count)
    idiosyncratic = zero("idiosyncratic", 1)
  }

  /// The model's changes.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Model {
    let (h, model, k) = (input.states, input.trailing, factorCount)
    let shape = h.shape
    check(
      shape.rank == 3 && model.loadings.shape == Shape(shape[0], shape[1], k)
        && model.factors.shape == Shape(shape[0], k, k)
        && model.idiosyncratic.shape == shape.prefix(2),
      "FactorHead: states \(shape), loadings \(model.loadings.shape), factors "
        + "\(model.factors.shape), idiosyncratic \(model.idiosyncratic.shape)")
    let σ = model.idiosyncratic.sqrt().insertingAxis(at: 2)
    let scale = factors(h.mean(axis: 1), in: &pass).scaled(by: 0.5).exp()
    return Model(
      loadings: model.loadings + σ * loadings(h, in: &pass),
      factors: model.factors * scale.insertingAxis(at: 2) * scale.insertingAxis(at: 1),
      idiosyncratic: model.idiosyncratic
        * idiosyncratic(h, in: &pass).exp().reshaped(to: shape.prefix(2)))
  }
}
