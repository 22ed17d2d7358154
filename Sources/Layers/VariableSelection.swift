public import Autodiff

/// A variable selection network: which of the features matter, date by date and asset by asset.
///
/// Every variable is embedded as `ξ_j = x_j E_j + e_j` and passes its own gated residual network
/// (GRN); a further GRN sees all embeddings, and a static context if there is one, and ends in the
/// selection weights: `v = softmax(GRN_v([ξ_1 … ξ_J], c))`, output `Σ_j v_j GRN_j(ξ_j)`.
///
/// Computed once per date, however many windows see that date, and the market's variables once for
/// all assets; see `variableSelection` for how.
///
/// - Shapes: assets' variables `[D, N, F]`, market's `[D, M]`, context `[…, C]` with leading axes that
///   broadcast to `[D, N]`; J = F + M ≥ 1 variables, the assets' first. Output `[D, N, width]` and
///   weights `[D, N, J]`.
/// - Source: Lim, Arık, Loeff & Pfister (2021), *Temporal Fusion Transformers*, §4.1–4.2.
public struct VariableSelection: Layer {
  /// What the network reads.
  public struct Input {
    /// `[D, N, F]`; F may be 0.
    public var assets: Variable
    /// `[D, M]`; present exactly when the layer has market variables.
    public var market: Variable?
    /// `[…, C]`; present exactly when the layer has a context.
    public var context: Variable?

    /// Variables of assets, of the market, and a context.
    public init(assets: Variable, market: Variable? = nil, context: Variable? = nil) {
      self.assets = assets
      self.market = market
      self.context = context
    }
  }

  /// What the network computes.
  public struct Output {
    /// The selection `[D, N, width]`.
    public let selected: Variable
    /// How much each variable counts, `[D, N, J]`, positive with sum 1 over J.
    public let weights: Variable
  }

  /// E and e `[J, width]`.
  public let embedding, embeddingBias: ParameterID
  /// W₂ `[J, width, width]` and b₂ `[J, width]` of the variables' networks.
  public let inputWeight, inputBias: ParameterID
  /// W₁ `[J, width, width]` and b₁ `[J, width]`.
  public let hiddenWeight, hiddenBias: ParameterID
  /// W₄ and W₅ side by side `[J, width, 2·width]`, and their biases `[J, 2·width]`.
  public let gateWeight, gateBias: ParameterID
  /// Gain and bias `[J, width]` of the layer normalisation.
  public let gain, bias: ParameterID
  /// The selecting network: W₂ `[J·width, width]`, b₂, W₁ `[width, width]`, b₁.
  public let selectionInputWeight, selectionInputBias, selectionHiddenWeight,
    selectionHiddenBias: ParameterID
  /// W₄ and W₅ side by side `[width, 2J]`, and their biases.
  public let selectionGateWeight, selectionGateBias: ParameterID
  /// The skip connection `[J·width, J]` and `[J]`.
  public let selectionSkipWeight, selectionSkipBias: ParameterID
  /// Gain and bias `[J]` of the layer normalisation.
  public let selectionGain, selectionBias: ParameterID
  /// W₃ `[C, width]` of the selecting network.
  public let contextWeight: ParameterID?
  private let variables: Int
  private let width: Int

  /// Matrices start Glorot uniform, biases zero, layer normalisations as the identity.
  public init(
    assetVariables: Int, marketVariables: Int = 0, width: Int, contextInputs: Int? = nil,
    in builder: inout ParameterBuilder
  ) {
    let (j, d) = (assetVariables + marketVariables, width)
    check(
      assetVariables >= 0 && marketVariables >= 0 && j >= 1 && d >= 1 && contextInputs ?? 1 >= 1,
      "VariableSelection: \(assetVariables) + \(marketVariables) variables, width \(d), "
        + "context \(contextInputs ?? 0)")
    variables = j
    self.width = width
    func bound(_ inputs: Int, _ outputs: Int) -> Double {
      (6 / Double(inputs + outputs)).squareRoot()
    }
    embedding = builder.uniform("embedding", Shape(j, d), bound: bound(1, d))
    embeddingBias = builder.zeros("embeddingBias", Shape(j, d))
    inputWeight = builder.uniform("inputWeight", Shape(j, d, d), bound: bound(d, d))
    inputBias = builder.zeros("inputBias", Shape(j, d))
    hiddenWeight = builder.uniform("hiddenWeight", Shape(j, d, d), bound: bound(d, d))
    hiddenBias = builder.zeros("hiddenBias", Shape(j, d))
    gateWeight = builder.uniform("gateWeight", Shape(j, d, 2 * d), bound: bound(d, 2 * d))
    gateBias = builder.zeros("gateBias", Shape(j, 2 * d))
    gain = builder.parameter("gain", Tensor(repeating: 1, shape: Shape(j, d)))
    bias = builder.zeros("bias", Shape(j, d))
    (selectionInputWeight, selectionInputBias) = (
      builder.glorot("selection.inputWeight", j * d, d),
      builder.zeros("selection.inputBias", Shape(d))
    )
    (selectionHiddenWeight, selectionHiddenBias) = (
      builder.glorot("selection.hiddenWeight", d, d),
      builder.zeros("selection.hiddenBias", Shape(d))
    )
    (selectionGateWeight, selectionGateBias) = (
      builder.glorot("selection.gateWeight", d, 2 * j),
      builder.zeros("selection.gateBias", Shape(2 * j))
    )
    (selectionSkipWeight, selectionSkipBias) = (
      builder.glorot("selection.skipWeight", j * d, j),
      builder.zeros("selection.skipBias", Shape(j))
    )
    selectionGain = builder.parameter("selection.gain", Tensor(repeating: 1, shape: Shape(j)))
    selectionBias = builder.zeros("selection.bias", Shape(j))
    contextWeight = contextInputs.map { builder.glorot("selection.contextWeight", $0, d) }
  }

  /// Selects, row by row.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Output {
    check(
      (input.context != nil) == (contextWeight != nil),
      "VariableSelection: a context is given exactly when the layer was made for one")
    let (j, d) = (variables, width)
    let (e, shift) = (pass(embedding), pass(embeddingBias))
    /// `e_j W_j` for every variable.
    func each(_ rows: Variable, _ matrices: Variable) -> Variable {
      let columns = matrices.shape[2]
      return matmul(rows.reshaped(to: Shape(j, 1, d)), matrices).reshaped(to: Shape(j, columns))
    }
    let w2 = pass(inputWeight)
    let gates = pass(gateWeight)
    let selectionInput = pass(selectionInputWeight).reshaped(to: Shape(j, d, d))
    let selectionSkip = pass(selectionSkipWeight).reshaped(to: Shape(j, d, j))
    let selectionGates = pass(selectionGateWeight)
    let weights = VariableSelectionWeights(
      embedding: e, embeddingBias: shift, first: each(e, w2),
      firstBias: each(shift, w2) + pass(inputBias), gate: matmul(pass(hiddenWeight), gates),
      gateBias: each(pass(hiddenBias), gates) + pass(gateBias), gain: pass(gain),
      bias: pass(bias), selectionFirst: each(e, selectionInput),
      selectionFirstBias: each(shift, selectionInput).sum(axis: 0) + pass(selectionInputBias),
      selectionSkip: each(e, selectionSkip),
      selectionSkipBias: each(shift, selectionSkip).sum(axis: 0) + pass(selectionSkipBias),
      selectionGate: matmul(pass(selectionHiddenWeight), selectionGates),
      selectionGateBias: matmul(pass(selectionHiddenBias), selectionGates)
        + pass(selectionGateBias),
      selectionGain: pass(selectionGain), selectionBias: pass(selectionBias))
    let context = input.context.flatMap { values in
      contextWeight.map { matmul(values, pass($0)) }
    }
    let result = variableSelection(
      input.assets, market: input.market, context: context, weights: weights)
    return Output(selected: result.selected, weights: result.weights)
  }
}
