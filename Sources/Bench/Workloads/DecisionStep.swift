import Autodiff
import Finance
import Layers
import Train

/// One end-to-end training step of the portfolio model: forward, backward, AdamW.
///
/// Loss: −Sharpe + 0.1 mean turnover + CDaR₉₅ of 32 decisions net of 10 basis points.
struct DecisionStep {
  private var model = DecisionModel()
  private let tape: Tape
  private let mark: Tape.Mark
  private let assets, market, volatilities, correlations, future: Variable
  private let stream: Bool
  private let optimizer: AdamW
  private var state: OptimizerState
  private var gradient: [Scalar]
  private let layer = RiskBudget()

  /// The step for N assets; with `stream` the LSTM runs once over the block.
  init(assets n: Int, stream: Bool = false, threads: ThreadPool? = nil) {
    let data = DecisionData(assets: n)
    let (dates, window) = (DecisionModel.dates, DecisionModel.window)
    let days = window + dates - 1
    let tape = Tape(threads: threads)
    self.tape = tape
    self.stream = stream
    func constant(_ x: some Sequence<Double>, _ shape: Shape) -> Variable {
      tape.constant(Tensor(converting: Array(x), shape: shape))
    }
    assets = constant(
      data.features.prefix(days * n * DecisionModel.features),
      Shape(days, n, DecisionModel.features))
    market = constant(
      data.indicators.prefix(days * DecisionModel.indicators),
      Shape(days, DecisionModel.indicators))
    let moments = (0..<dates).map { data.moments($0) }
    volatilities = constant(moments.flatMap(\.volatilities), Shape(dates, n))
    correlations = constant(moments.flatMap(\.correlations), Shape(dates, n, n))
    future = constant(data.returns.suffix(dates * n), Shape(dates, n))
    mark = tape.mark
    let count = model.parameters.values.count
    gradient = [Scalar](repeating: 0, count: count)
    state = OptimizerState(count: count)
    optimizer = AdamW(
      learningRates: [Scalar](repeating: 1e-3, count: count),
      weightDecays: [Scalar](repeating: 0.01, count: count))
  }

  /// The loss before the step.
  mutating func step() throws -> Double {
    var pass = Pass(tape: tape, parameters: model.parameters, mode: .evaluation)
    let states = model.states(
      assets: assets, market: market, dates: DecisionModel.dates, stream: stream, in: &pass)
    let heads = model.heads(model.attend(states, in: &pass), in: &pass)
    let sigma = covariance(
      volatilities: volatilities * heads.volatility, correlations: correlations)
    let weights = try layer(covariances: sigma, budgets: heads.budgets)
    let loss = loss(weights)
    let value = Double(loss.item)
    tape.backward(from: loss)
    pass.copyGradients(into: &gradient)
    optimizer.update(&model.parameters, gradient: gradient, state: &state)
    tape.rewind(to: mark)
    return value
  }

  /// The Euclidean norm of the gradient of the last step.
  var gradientNorm: Double {
    gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private func loss(_ weights: Variable) -> Variable {
    let dates = weights.shape[0]
    let changes = (weights.slice(1..<dates) - weights.slice(0..<dates - 1)).abs().sum(axis: 1)
    let turnover = concatenate([tape.constant(Tensor([0])), changes])
    let net = (weights * future).sum(axis: 1) - turnover.scaled(by: 0.001)
    let deviation = net.variance().sqrt() + 1e-8
    let sharpe = (net.mean() / deviation).scaled(by: Scalar(252).squareRoot())
    return turnover.mean().scaled(by: 0.1) - sharpe + CDaRLoss(level: 0.95)(net)
  }
}
