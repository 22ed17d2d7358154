import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

@Suite struct AuxiliaryLossTests {
  /// Labels whose rows are not all earned by the block are unknown; the others are the plain ones.
  @Test func eventsBeyondTheBlockAreUnknown() throws {
    let problem = try SmallExperiment.problem([
      "model.drawdown.horizon=12", "model.drawdown.threshold=0.01",
    ])
    let decisions = 20..<30
    let events = problem.drawdownEvents(decisions)
    let later = problem.drawdownEvents(20..<40)
    #expect(events.count == 30)
    for d in 0..<10 {
      for i in 0..<3 {
        // The last holding period ends 6 rows after the last decision: 12 rows fit until decision 8.
        let isKnown = 5 * d + 1 + 12 <= 5 * 9 + 6
        #expect(events[d * 3 + i].isNaN != isKnown)
        if isKnown { #expect(events[d * 3 + i] == later[d * 3 + i]) }
      }
    }
    #expect(Set(events.filter { !$0.isNaN }) == [0, 1])
  }

  /// A network that forecasts volatilities learns to: the loss falls.
  @Test func forecastsAreLearned() throws {
    let problem = try SmallExperiment.problem([
      "model.risk.kind=volatility", "model.risk.weight=10", "training.epochs=30",
      "training.patience=30", "training.keep=last",
    ])
    let fitter = try Fitter(problem, WorkUnit(fold: problem.folds[0], member: .network(seed: 0)))
    let state = try fitter.fit(from: fitter.initialState)
    func auxiliary(_ epoch: Int) -> Double {
      state.epochs[epoch].objective - state.epochs[epoch].train
    }
    #expect(auxiliary(30) < auxiliary(0) - 0.1)
  }

  /// Details of blocks are kept, averaged over members and written; gates leave the rest in cash.
  @Test func detailsSayWhatBlocksDid() throws {
    let problem = try SmallExperiment.problem([
      "model.gate={}", "model.risk.kind=volatility", "model.selection={}", "model.drawdown={}",
    ])
    let result = try SmallExperiment.run(problem)
    let details = result.model.details
    #expect(Set(details.keys) == [.gates, .cash, .volatilities, .selection, .drawdowns, .solver])
    let cash = try #require(details[.cash]).values
    for row in 0..<cash.rows {
      #expect(abs(cash[row, 0] + result.model.weights.row(row).reduce(0, +) - 1) < 1e-5)
    }
    let selection = try #require(details[.selection])
    #expect(selection.columns == problem.features.assetNames + problem.features.marketNames)
    for row in 0..<selection.values.rows {
      #expect(abs(selection.values.row(row).reduce(0, +) - 1) < 1e-5)
    }
    for volatility in try #require(details[.volatilities]).values.elements {
      #expect(volatility > 0.01 && volatility < 1)
    }
  }

  /// Probabilities of drawdowns are calibrated on the validation part, and compared with what came.
  @Test func drawdownForecastsAreCalibratedAndJudged() throws {
    let problem = try SmallExperiment.problem([
      "model.drawdown={\"threshold\": 0.03, \"horizon\": 10, \"weight\": 1}"
    ])
    let result = try SmallExperiment.run(problem)
    let forecast = try #require(DrawdownForecast(result))
    let table = forecast.reliability
    #expect(table.count > 0 && table.count <= problem.tested.count * 3)
    #expect(table.baseRate > 0 && table.baseRate < 1 && table.brierScore < 1)
    #expect(forecast.text.contains("a drawdown beyond 3.0 % within 10 rows"))
    #expect(forecast.csv.text.split(separator: "\n").count == 11)
    // The slope and offset that maximise the likelihood on validation are 1 and 0 after calibration.
    let fit = try #require(result.fits.first { $0.unit.member.isOfModel })
    let fitter = try Fitter(problem, fit.unit)
    let held = fit.unit.validation
    let probabilities = try #require(
      try fitter.decide(held, fit.state.best).details[.drawdowns]
    ).values.elements
    let again = LogisticCalibration(
      logits: probabilities.map { log($0 / (1 - $0)) }, events: problem.drawdownEvents(held))
    #expect(abs(again.slope - 1) < 1e-3 && abs(again.offset) < 1e-3)
    // A model without the head has no table.
    let plain = try SmallExperiment.problem()
    #expect(DrawdownForecast(try SmallExperiment.run(plain)) == nil)
  }

  /// Whom assets attended to is kept, by decision, asset and neighbour, and averaged over members.
  @Test func attentionIsKept() throws {
    let problem = try SmallExperiment.problem([
      "model.sequence.hidden=4", "model.attention.neighbours=1", "model.attention.tokens=2",
    ])
    let result = try SmallExperiment.run(problem)
    let table = try #require(result.model.details[.attention])
    #expect(table.values.rows == problem.tested.count)
    #expect(
      table.columns.prefix(6) == [
        "A <- A", "A <- B", "A <- C", "A <- token 1", "A <- token 2", "B <- A",
      ])
    for row in 0..<table.values.rows {
      let values = Array(table.values.row(row))
      for asset in 0..<3 {
        let own = values[asset * 5..<(asset + 1) * 5]
        #expect(abs(own.reduce(0, +) - 1) < 1e-5)
        // Of the three assets itself and its one neighbour.
        #expect(own.prefix(3).count { $0 > 0 } == 2 && own[asset * 5 + asset] > 0)
      }
    }
    let members = result.members.compactMap { $0.details[.attention]?.values.elements }
    #expect(members.count == 2 && members[0] != members[1])
    for (k, value) in table.values.elements.enumerated() {
      #expect(abs(value - (members[0][k] + members[1][k]) / 2) < 1e-12)
    }
  }
}
