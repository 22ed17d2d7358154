internal import Autodiff
internal import Finance
internal import Layers

/// Trains a forecaster: on the loss of its forecasts, and on nothing that a portfolio earns.
///
/// Forecasts are judged by the rows that a decision's portfolio would earn, so that training,
/// validation and test of a fold are apart as far for it as for the model.
struct ForecastTask: FitTask {
  let forecaster: Forecaster
  private let problem: Problem
  private let volatilityLoss: VolatilityForecastLoss

  var needs: InputNeeds { forecaster.needs }
  let targets: ForecastTargets.Kinds

  init(_ forecaster: Forecaster, of problem: Problem) {
    self.forecaster = forecaster
    self.problem = problem
    targets = forecaster.target == .risk ? [.variances, .returns] : [.excess]
    volatilityLoss = problem.experiment.model.risk.loss == .qlike ? .qlike : .squaredError
  }

  func validation(_ blocks: [DecisionBlock], in pass: inout Pass) throws -> Variable {
    try loss(blocks, in: &pass)
  }

  func training(
    _ batch: TrainingBatch, at epoch: Int, in pass: inout Pass
  ) throws -> (loss: Variable, objective: Variable, solver: SolverMaxima) {
    let loss = try loss(batch.blocks, in: &pass)
    return (loss, forecaster.penalty(in: pass).map { loss + $0 } ?? loss, SolverMaxima())
  }

  /// The mean loss over the decisions of some blocks.
  private func loss(_ blocks: [DecisionBlock], in pass: inout Pass) throws -> Variable {
    let decisions = blocks.reduce(0) { $0 + $1.decisions.count }
    var sum: Variable?
    for block in blocks {
      let own = try loss(block, in: &pass)
      let share = Scalar(Double(block.decisions.count) / Double(decisions))
      let term = blocks.count == 1 ? own : own.scaled(by: share)
      sum = sum.map { $0 + term } ?? term
    }
    guard let sum else { fatalError("ForecastTask: no block") }
    return sum
  }

  private func loss(_ block: DecisionBlock, in pass: inout Pass) throws -> Variable {
    let realized = block.targets
    switch forecaster(block.inputs, in: &pass) {
    case .risk(let volatilities, let correlations):
      guard let variances = realized.variances, let returns = realized.returns else {
        fatalError("ForecastTask: no realised variances")
      }
      // The volatilities' errors are theirs: correlations get shocks as they are forecast.
      let scales = pass.tape.constant(volatilities.tensor).insertingAxis(at: 2)
      do {
        return volatilityLoss(volatilities, realized: variances)
          + (try CorrelationForecastLoss()(correlations, shocks: returns / scales))
      } catch {
        throw DecisionFailure(decision: block.decisions.lowerBound + error.batch, underlying: error)
      }
    case .returns(let forecasts):
      guard let trailing = block.inputs.trailing, let excess = realized.excess else {
        fatalError("ForecastTask: no trailing volatilities or realised returns")
      }
      return ReturnForecastLoss(horizon: realized.horizon)(
        forecasts, realized: excess, volatilities: trailing.volatilities)
    }
  }

  /// The forecasts for some decisions; `features` are standardised.
  func forecasts(
    _ decisions: Range<Int>, features: FeatureTensors, parameters: Parameters
  ) -> Forecasts {
    let tape = Tape()
    let inputs = DecisionInputs(decisions, of: problem, features: features, for: needs, on: tape)
    var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation, needsGradient: false)
    func matrix(_ values: Variable) -> Matrix {
      let elements = values.tensor.elements.map { Double($0) }
      return Matrix(
        rows: decisions.count, columns: elements.count / decisions.count, elements: elements)
    }
    switch forecaster(inputs, in: &pass) {
    case .risk(let volatilities, let correlations):
      return Forecasts(
        values: matrix(covariance(volatilities: volatilities, correlations: correlations)))
    case .returns(let forecasts): return Forecasts(values: matrix(forecasts))
    }
  }
}
