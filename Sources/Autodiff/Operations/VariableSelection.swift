/// The weights of a variable selection network over scalar variables, on the tape.
///
/// J variables, width d, hidden width h, selection width s. Products of weights that follow each
/// other without a nonlinearity stand here as one: `x (E W₂) + (e W₂ + b₂)` is a line in the scalar x,
/// and `(η₂ W₁ + b₁) W₄ + b₄ = η₂ (W₁ W₄) + (b₁ W₄ + b₄)`.
public struct VariableSelectionWeights {
  /// E and e `[J, d]`: variable j is embedded as `ξ = x E_j + e_j`.
  public var embedding, embeddingBias: Variable
  /// Slope and offset `[J, h]` of the argument of the exponential linear unit.
  public var first, firstBias: Variable
  /// Gate and value side by side, `[J, h, 2d]` and `[J, 2d]`.
  public var gate, gateBias: Variable
  /// Gain and bias `[J, d]` of the layer normalisation.
  public var gain, bias: Variable
  /// The hidden layer `[J, s]`, `[s]` of the network that selects, as a function of the variables.
  public var selectionFirst, selectionFirstBias: Variable
  /// Its skip connection `[J, J]`, `[J]`.
  public var selectionSkip, selectionSkipBias: Variable
  /// Its gate and value side by side, `[s, 2J]` and `[2J]`.
  public var selectionGate, selectionGateBias: Variable
  /// Gain and bias `[J]` of its layer normalisation.
  public var selectionGain, selectionBias: Variable

  /// Weights of the given parts.
  public init(
    embedding: Variable, embeddingBias: Variable, first: Variable, firstBias: Variable,
    gate: Variable, gateBias: Variable, gain: Variable, bias: Variable,
    selectionFirst: Variable, selectionFirstBias: Variable, selectionSkip: Variable,
    selectionSkipBias: Variable, selectionGate: Variable, selectionGateBias: Variable,
    selectionGain: Variable, selectionBias: Variable
  ) {
    self.embedding = embedding
    self.embeddingBias = embeddingBias
    self.first = first
    self.firstBias = firstBias
    self.gate = gate
    self.gateBias = gateBias
    self.gain = gain
    self.bias = bias
    self.selectionFirst = selectionFirst
    self.selectionFirstBias = selectionFirstBias
    self.selectionSkip = selectionSkip
    self.selectionSkipBias = selectionSkipBias
    self.selectionGate = selectionGate
    self.selectionGateBias = selectionGateBias
    self.selectionGain = selectionGain
    self.selectionBias = selectionBias
  }

  /// In the order in which the operation records them.
  var all: [Variable] {
    [
      embedding, embeddingBias, first, firstBias, gate, gateBias, gain, bias, selectionFirst,
      selectionFirstBias, selectionSkip, selectionSkipBias, selectionGate, selectionGateBias,
      selectionGain, selectionBias,
    ]
  }
}

/// A variable selection network over scalar variables of assets and of the market, as one operation.
///
/// Each variable j has a gated residual network of its own,
/// `η = ELU(x first_j + firstBias_j)`, `g_j = LayerNorm(ξ_j + σ(η G_j + b_j) ⊙ (η V_j + c_j))` with
/// the embedding `ξ_j = x E_j + e_j`; one more network of that kind sees all variables (and the
/// context) and ends in a softmax over them, `v`; the result is `Σ_j v_j g_j`. Market variables are
/// shared by the assets of a date, and their networks run once per date.
///
/// - Shapes: `assets` `[D, N, F]`; `market` `[D, M]`; `context` `[…, s]`, added to the argument of the
///   selecting network's exponential linear unit, its leading axes broadcasting to `[D, N]`; J = F + M
///   variables, the assets' first, one at least. Results: the selection `[D, N, d]` and the weights v
///   `[D, N, J]`, positive with sum 1.
///
/// Rows are computed in blocks that stay in the caches.
///
/// VJP: backpropagation; nothing but the results is kept, each block computes its forward pass again.
/// Sums over blocks have a fixed order.
///
/// - Source: Lim, Arık, Loeff & Pfister (2021), *Temporal Fusion Transformers*, eq. 2–8.
public func variableSelection(
  _ assets: Variable, market: Variable? = nil, context: Variable? = nil,
  weights: VariableSelectionWeights, epsilon: Scalar = 1e-5
) -> (selected: Variable, weights: Variable) {
  let plan = VariableSelectionPlan(
    assets.shape, market: market?.shape, context: context?.shape, weights, epsilon)
  let tape = assets.tape
  let rows = plan.dates * plan.assets
  // One variable holds both results, the selection first.
  let output = tape.allocate(rows * (plan.width + plan.variables))
  let parameters = weights.all
  tape.withScratch { tape in
    let work = VariableSelectionForward(
      plan: plan, weights: SelectionPointers(parameters.map(\.values)),
      packed: SelectionPacking(plan, tape, parameters.map(\.values), transposed: false),
      assets: assets.values, market: market?.values, context: context?.values, output: output,
      scratch: WorkerScratch(tape, perWorker: VariableSelectionForward.scratchCount(plan)))
    tape.run(work, shards: plan.shards)
  }
  var operands = [assets] + parameters
  if let market { operands.append(market) }
  if let context { operands.append(context) }
  let all = tape.record(
    "variableSelection", operands, output: output,
    shape: Shape(rows * (plan.width + plan.variables)), saving: plan
  ) { context in
    let plan = context.saved(as: VariableSelectionPlan.self)
    context.tape.withScratch { plan.pullBack($0, context) }
  }
  let split = rows * plan.width
  return (
    all.slice(0..<split).reshaped(to: Shape(plan.dates, plan.assets, plan.width)),
    all.slice(split..<split + rows * plan.variables)
      .reshaped(to: Shape(plan.dates, plan.assets, plan.variables))
  )
}
