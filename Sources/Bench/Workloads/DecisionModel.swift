import Autodiff
import KernelInterface
import Kernels
import Layers

/// The portfolio model that all programs of a comparison compute, with their parameters.
///
/// Variable selection over 8 features of each asset and 6 of the market (width 32) → LSTM (64) over 60
/// days → attention across assets (4 heads, the 8 highest scores) → volatility and budget heads →
/// covariance → risk budgeting.
struct DecisionModel {
  static let (features, indicators, window, dates) = (8, 6, 60, 32)
  static let (width, hidden, heads, attended) = (32, 64, 4, 8)

  var parameters: Parameters
  private let selection: VariableSelection
  private let inputWeight, stateWeight, inputBias, stateBias: ParameterID
  private let query, key, value, output: Linear
  private let norm: LayerNorm
  private let volatility, budget: Linear

  init() {
    let (j, d, h) = (Self.features + Self.indicators, Self.width, Self.hidden)
    var builder = ParameterBuilder(generator: SplitMix64(seed: 0))
    selection = builder.scope("selection") {
      VariableSelection(
        assetVariables: Self.features, marketVariables: Self.indicators, width: d, in: &$0)
    }
    inputWeight = builder.zeros("inputWeight", Shape(d, 4 * h))
    stateWeight = builder.zeros("stateWeight", Shape(h, 4 * h))
    inputBias = builder.zeros("inputBias", Shape(4 * h))
    stateBias = builder.zeros("stateBias", Shape(4 * h))
    func linear(_ name: String, _ outputs: Int) -> Linear {
      builder.scope(name) { Linear(inputs: h, outputs: outputs, in: &$0) }
    }
    (query, key, value, output) = (
      linear("query", h), linear("key", h), linear("value", h), linear("output", h)
    )
    norm = builder.scope("norm") { LayerNorm(size: h, in: &$0) }
    (volatility, budget) = (linear("volatility", 1), linear("budget", 1))
    parameters = builder.parameters

    // In the order in which the other programs draw theirs; matrices are [outputs, inputs] there.
    var stream = PeerGenerator(seed: 42)
    func draw(_ count: Int, _ fanIn: Int) -> [Double] {
      stream.symmetric(1 / Double(fanIn).squareRoot(), count)
    }
    func set(_ id: ParameterID, _ elements: [Double]) {
      parameters[id] = Tensor(converting: elements, shape: parameters[id].shape)
    }
    set(selection.embedding, draw(j * d, d))
    set(selection.embeddingBias, draw(j * d, d))
    set(selection.inputWeight, transposed(draw(j * d * d, d), j, d, d))
    set(selection.inputBias, draw(j * d, d))
    set(selection.hiddenWeight, transposed(draw(j * d * d, d), j, d, d))
    set(selection.hiddenBias, draw(j * d, d))
    let gate = (weight: transposed(draw(j * d * d, d), j, d, d), bias: draw(j * d, d))
    let content = (weight: transposed(draw(j * d * d, d), j, d, d), bias: draw(j * d, d))
    set(selection.gateWeight, sideBySide(gate.weight, content.weight, rows: j * d))
    set(selection.gateBias, sideBySide(gate.bias, content.bias, rows: j))
    set(selection.selectionInputWeight, transposed(draw(d * j * d, j * d), 1, d, j * d))
    set(selection.selectionInputBias, draw(d, j * d))
    set(selection.selectionHiddenWeight, transposed(draw(d * d, d), 1, d, d))
    set(selection.selectionHiddenBias, draw(d, d))
    let last = (weight: transposed(draw(j * d, d), 1, j, d), bias: draw(j, d))
    let other = (weight: transposed(draw(j * d, d), 1, j, d), bias: draw(j, d))
    set(selection.selectionGateWeight, sideBySide(last.weight, other.weight, rows: d))
    set(selection.selectionGateBias, last.bias + other.bias)
    set(selection.selectionSkipWeight, transposed(draw(j * j * d, j * d), 1, j, j * d))
    set(selection.selectionSkipBias, draw(j, j * d))
    set(inputWeight, gatesSwapped(transposed(draw(4 * h * d, h), 1, 4 * h, d), rows: d))
    set(stateWeight, gatesSwapped(transposed(draw(4 * h * h, h), 1, 4 * h, h), rows: h))
    set(inputBias, gatesSwapped(draw(4 * h, h), rows: 1))
    set(stateBias, gatesSwapped(draw(4 * h, h), rows: 1))
    for map in [query, key, value, output] {
      set(map.weight, transposed(draw(h * h, h), 1, h, h))
      set(map.bias, draw(h, h))
    }
    for map in [volatility, budget] {
      set(map.weight, draw(h, h))
      set(map.bias, draw(1, h))
    }
  }

  /// The states `[D, N, hidden]` of the last D dates: windows of 60 days each, or (`stream`) one pass.
  func states(
    assets: Variable, market: Variable, dates: Int, stream: Bool = false, in pass: inout Pass
  ) -> Variable {
    let days = selected(assets: assets, market: market, in: &pass)
    let bias = pass(inputBias) + pass(stateBias)
    guard stream else {
      return lstm(
        days, inputWeight: pass(inputWeight), stateWeight: pass(stateWeight), bias: bias,
        steps: days.shape[0] - dates + 1)
    }
    let all = lstm(
      days, inputWeight: pass(inputWeight), stateWeight: pass(stateWeight), bias: bias,
      steps: days.shape[0], returning: .all)
    return all.slice(days.shape[0] - dates..<days.shape[0])
  }

  /// One more day of a stream: the states `[1, N, hidden]` and what the next day needs.
  func nextState(
    assets: Variable, market: Variable, from state: LSTMState, in pass: inout Pass
  ) -> (output: Variable, state: LSTMState) {
    lstm(
      selected(assets: assets, market: market, in: &pass), inputWeight: pass(inputWeight),
      stateWeight: pass(stateWeight), bias: pass(inputBias) + pass(stateBias), initial: state)
  }

  private func selected(assets: Variable, market: Variable, in pass: inout Pass) -> Variable {
    selection(VariableSelection.Input(assets: assets, market: market), in: &pass).selected
  }

  /// What assets know of each other: attention to the highest scores, or to given neighbours.
  func attend(
    _ h: Variable, to neighbours: AttentionNeighbours? = nil, in pass: inout Pass
  ) -> Variable {
    let (q, k, v) = (query(h, in: &pass), key(h, in: &pass), value(h, in: &pass))
    let attended = sparseAttention(
      queries: q, keys: k, values: v, neighbours: neighbours ?? highestScores(q, k),
      heads: Self.heads
    ).output
    return norm(h + output(attended, in: &pass), in: &pass)
  }

  /// Volatilities (as multiples of the trailing ones) and budgets, both `[D, N]`.
  func heads(_ h: Variable, in pass: inout Pass) -> (volatility: Variable, budgets: Variable) {
    let shape = h.shape.prefix(2)
    return (
      volatility(h, in: &pass).reshaped(to: shape).exp(),
      budget(h, in: &pass).reshaped(to: shape).softmax()
    )
  }

  /// For every date, head and asset the assets of the highest scores; quadratic in N, as in the
  /// programs compared with.
  private func highestScores(_ q: Variable, _ k: Variable) -> AttentionNeighbours {
    let (dates, n) = (q.shape[0], q.shape[1])
    let count = min(Self.attended, n)
    return AttentionNeighbours(
      queries: n, assets: n, count: count, heads: Self.heads,
      indices: HighestScores.indices(q, k, heads: Self.heads, count: count),
      listOfDate: Array(0..<dates))
  }
}

/// Matrices `[rows, columns]` to `[columns, rows]`.
private func transposed(_ x: [Double], _ count: Int, _ rows: Int, _ columns: Int) -> [Double] {
  (0..<count).flatMap { m in
    (0..<columns).flatMap { c in (0..<rows).map { x[(m * rows + $0) * columns + c] } }
  }
}

/// The rows of two matrices joined.
private func sideBySide(_ x: [Double], _ y: [Double], rows: Int) -> [Double] {
  let width = x.count / rows
  return (0..<rows).flatMap { row -> [Double] in
    let range = row * width..<(row + 1) * width
    return Array(x[range]) + Array(y[range])
  }
}

/// Gates i, f, g, o in the columns to i, f, o, g.
private func gatesSwapped(_ x: [Double], rows: Int) -> [Double] {
  let width = x.count / rows
  let h = width / 4
  return (0..<rows).flatMap { r -> [Double] in
    let row = Array(x[r * width..<(r + 1) * width])
    return Array(row[..<(2 * h)]) + Array(row[(3 * h)...]) + Array(row[(2 * h)..<(3 * h)])
  }
}
