import Finance
import Testing

@testable import Train

@Suite struct StrategyPredictionTests {
  /// A rule in the model's place predicts what it decided in the run, from data that end there.
  @Test func aStrategyDecidesAtTheLastRow() throws {
    for rule in ["risk-parity", "{\"rule\": \"momentum-gate\", \"window\": 60}"] {
      let problem = try SmallExperiment.problem(["strategy=\(rule)", "baselines=[]"])
      let result = try SmallExperiment.run(problem)
      let decision = problem.tested.lowerBound + 5
      let row = problem.rows[decision]
      let all = problem.data
      func head(_ matrix: Matrix) -> Matrix {
        Matrix(
          rows: row + 1, columns: matrix.columns,
          elements: Array(matrix.elements[..<((row + 1) * matrix.columns)]))
      }
      let data = MarketData(
        dates: Array(all.dates[...row]), assets: all.assets, prices: head(all.prices),
        cashLevels: all.cashLevels.map { Array($0[...row]) }, indicatorNames: all.indicatorNames,
        indicators: head(all.indicators))
      let prediction = try Prediction(
        problem.experiment, run: RunDirectory(path: "/nonexistent"), data: data)
      #expect(prediction.date == problem.data.dates[row])
      #expect(prediction.weights == Array(result.model.weights.row(5)))
    }
  }
}
