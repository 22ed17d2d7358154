import Autodiff
import Finance
import KernelInterface
import Kernels
import Layers

/// One decision of the portfolio model: from raw windows of features and returns to weights.
struct DecisionLatency {
  private let model = DecisionModel()
  private let data: DecisionData
  private let tape: Tape
  private let mark: Tape.Mark
  private let threads: ThreadPool?
  private let count: Int

  init(assets n: Int, threads: ThreadPool?) {
    count = n
    data = DecisionData(assets: n)
    self.threads = threads
    tape = Tape(threads: threads)
    mark = tape.mark
  }

  /// Features and indicators of some days on the tape.
  private func inputs(_ days: Range<Int>) -> (assets: Variable, market: Variable) {
    let (f, m) = (DecisionModel.features, DecisionModel.indicators)
    func constant(_ x: [Double], _ width: Int, _ shape: Shape) -> Variable {
      tape.constant(
        Tensor(
          converting: Array(x[days.lowerBound * width..<days.upperBound * width]), shape: shape))
    }
    return (
      constant(data.features, count * f, Shape(days.count, count, f)),
      constant(data.indicators, m, Shape(days.count, m))
    )
  }

  private func pass() -> Pass {
    Pass(tape: tape, parameters: model.parameters, mode: .evaluation, needsGradient: false)
  }

  /// Everything from the window on, attention to the highest scores, dense covariance: the function
  /// of the programs compared with.
  func cold() throws -> [Double] {
    defer { tape.rewind(to: mark) }
    var pass = pass()
    let x = inputs(0..<DecisionModel.window)
    let states = model.states(assets: x.assets, market: x.market, dates: 1, in: &pass)
    return try weights(model.attend(states, in: &pass), &pass)
  }

  /// The same in time linear in N: neighbours by trailing correlations, factor covariance.
  func linear() throws -> [Double] {
    defer { tape.rewind(to: mark) }
    var pass = pass()
    let window = DecisionModel.window
    let x = inputs(0..<window)
    let states = model.states(assets: x.assets, market: x.market, dates: 1, in: &pass)
    let attended = model.attend(states, to: neighbours(), in: &pass)
    let heads = model.heads(attended, in: &pass)
    let returns = Matrix(
      rows: window, columns: count, elements: Array(data.returns.prefix(window * count)))
    let trailing = PrincipalComponentCovariance(factors: 3, window: window)
      .decomposition(of: returns)
    func constant(_ x: [Double], _ shape: Shape) -> Variable {
      tape.constant(Tensor(converting: x, shape: shape))
    }
    let scale = heads.volatility
    let solved = try FactorRiskBudget()(
      loadings: constant(trailing.loadings.elements, [1, count, 3])
        * scale.insertingAxis(at: 2),
      factors: constant(trailing.factors.elements, [1, 3, 3]),
      idiosyncratic: constant(trailing.idiosyncratic, [1, count]) * scale.squared(),
      budgets: heads.budgets)
    return solved.tensor.elements.map { Double($0) }
  }

  /// The neighbours of every asset by the returns of the window.
  func neighbours() -> AttentionNeighbours {
    let selection = NeighbourSelection(
      count: min(DecisionModel.attended, count - 1), lookback: DecisionModel.window,
      generator: SplitMix64(seed: 1))
    return data.returns.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { fatalError("no returns") }
      return selection.neighbours(
        returns: base, assets: count, decisions: [DecisionModel.window - 1])
    }
  }

  /// What a stream has after the window, to decide from on the next day.
  func warmState() -> (hidden: Tensor, cell: Tensor) {
    defer { tape.rewind(to: mark) }
    var pass = pass()
    let x = inputs(0..<DecisionModel.window)
    let zero = tape.constant(
      Tensor(repeating: 0, shape: [count, DecisionModel.hidden]))
    let next = model.nextState(
      assets: x.assets, market: x.market, from: LSTMState(hidden: zero, cell: zero), in: &pass)
    return (next.state.hidden.tensor, next.state.cell.tensor)
  }

  /// The decision of the next day, with the state of the day before kept.
  func kept(_ state: (hidden: Tensor, cell: Tensor)) throws -> [Double] {
    defer { tape.rewind(to: mark) }
    var pass = pass()
    let x = inputs(DecisionModel.window..<DecisionModel.window + 1)
    let next = model.nextState(
      assets: x.assets, market: x.market,
      from: LSTMState(
        hidden: tape.constant(state.hidden), cell: tape.constant(state.cell)), in: &pass)
    return try weights(model.attend(next.output, in: &pass), &pass, decision: 1)
  }

  private func weights(
    _ attended: Variable, _ pass: inout Pass, decision: Int = 0
  ) throws -> [Double] {
    let heads = model.heads(attended, in: &pass)
    let moments = data.moments(decision)
    let sigma = covariance(
      volatilities: tape.constant(Tensor(converting: moments.volatilities, shape: [1, count]))
        * heads.volatility,
      correlations: tape.constant(
        Tensor(converting: moments.correlations, shape: [1, count, count])))
    return try RiskBudget()(covariances: sigma, budgets: heads.budgets)
      .tensor.elements.map { Double($0) }
  }
}

/// Attention across assets alone, forward and backward.
///
/// Neighbours are refreshed every 21 rows, so one refresh and 21 dates are one piece of work.
struct AttentionScaling {
  static let dates = 21
  private let tape: Tape
  private let mark: Tape.Mark
  private let latency: DecisionLatency
  private let queries, keys, values: Variable
  /// Queries, keys and values of one date.
  private let single: [Tensor]

  init(assets n: Int, threads: ThreadPool?) {
    tape = Tape(threads: threads)
    latency = DecisionLatency(assets: n, threads: threads)
    var stream = PeerGenerator(seed: 43)
    let shape = Shape(Self.dates, n, DecisionModel.hidden)
    func variable(_ tape: Tape) -> Variable {
      tape.variable(Tensor(converting: stream.normals(shape.count), shape: shape))
    }
    (queries, keys, values) = (variable(tape), variable(tape), variable(tape))
    single = (0..<3).map { _ in
      let shape = Shape(1, n, DecisionModel.hidden)
      return Tensor(converting: stream.normals(shape.count), shape: shape)
    }
    mark = tape.mark
  }

  /// A refresh of the neighbours, attention to them at all dates, and its gradient.
  func gathered() {
    let fresh = latency.neighbours()
    let output = sparseAttention(
      queries: queries, keys: keys, values: values,
      neighbours: AttentionNeighbours(
        assets: fresh.assets, count: fresh.count, indices: fresh.indices, dates: Self.dates),
      heads: DecisionModel.heads
    ).output
    tape.backward(from: output.sum())
    tape.rewind(to: mark)
  }

  /// Attention of every asset to every other, at one date.
  func dense() {
    let (n, heads) = (queries.shape[1], DecisionModel.heads)
    let size = DecisionModel.hidden / heads
    let x = single.map {
      tape.variable($0).reshaped(to: Shape(n, heads, size)).permuted([1, 0, 2])
    }
    let scores = matmul(x[0], x[1].transposed()).scaled(by: 1 / Scalar(size).squareRoot())
    let output = matmul(scores.softmax(), x[2])
    tape.backward(from: output.sum())
    tape.rewind(to: mark)
  }
}
