import Finance
import Foundation
import Testing

@testable import Train

@Suite struct PredictionTests {
  private func withRun<Value>(
    _ overrides: [String] = [], _ body: (Problem, RunDirectory, RunResult) throws -> Value
  ) throws -> Value {
    let path = FileManager.default.temporaryDirectory.path + "/keel-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let problem = try SmallExperiment.problem(overrides)
    let directory = RunDirectory(path: path)
    return try body(
      problem, directory, try SmallExperiment.run(problem, threads: 2, in: directory))
  }

  /// The data up to a row, as they stood in the evening of that row.
  private func data(through row: Int) -> MarketData {
    let all = SmallExperiment.data
    func head(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: row + 1, columns: matrix.columns,
        elements: Array(matrix.elements[..<((row + 1) * matrix.columns)]))
    }
    return MarketData(
      dates: Array(all.dates[...row]), assets: all.assets, prices: head(all.prices),
      cashLevels: all.cashLevels.map { Array($0[...row]) }, indicatorNames: all.indicatorNames,
      indicators: head(all.indicators))
  }

  @Test(arguments: SmallModel.all.filter { !$0.remembers })
  func decidesTheSameBitsAsTheRunDid(_ model: SmallModel) throws {
    try withRun(model.overrides) { problem, directory, result in
      let fold = try #require(problem.folds.last)
      for decision in [fold.test.lowerBound, fold.test.upperBound - 1] {
        let prediction = try Prediction(
          problem.experiment, run: directory, data: data(through: problem.rows[decision]))
        let row = decision - problem.tested.lowerBound
        #expect(prediction.date == problem.data.dates[problem.rows[decision]])
        for (i, weight) in prediction.weights.enumerated() {
          #expect(abs(weight - result.model.weights[row, i]) < 1e-15)
          #expect(
            abs(prediction.riskContributions[i] - result.model.riskContributions[row, i]) < 1e-12)
        }
        #expect(abs(prediction.riskContributions.reduce(0, +) - 1) < 1e-12)
      }
    }
  }

  @Test func tooFewRowsAreRefused() throws {
    try withRun { problem, directory, _ in
      let error = #expect(throws: ExperimentError.self) {
        try Prediction(problem.experiment, run: directory, data: data(through: 60))
      }
      #expect(error?.description.contains("61 rows are too few to decide on the last") == true)
    }
  }

  @Test func anUntrainedRunIsRefused() throws {
    let problem = try SmallExperiment.problem()
    let error = #expect(throws: ExperimentError.self) {
      try Prediction(
        problem.experiment, run: RunDirectory(path: "/nowhere"), data: problem.data)
    }
    #expect(error?.description.contains("no fold is trained yet") == true)
  }

  @Test func dataOfAnotherKindAreNoticed() throws {
    let character = DataCharacter(SmallExperiment.data)
    try character.requireSimilar(SmallExperiment.data, source: "same.csv")
    let weekly = DataCharacter(
      daysPerRow: 7, volatilities: character.volatilities)
    let spacing = #expect(throws: ExperimentError.self) {
      try weekly.requireSimilar(SmallExperiment.data, source: "x.csv")
    }
    #expect(
      spacing?.description
        == "x.csv: rows are 1.4 days apart, in training they were 7.0; give data of the same frequency"
    )
    let wild = DataCharacter(
      daysPerRow: character.daysPerRow,
      volatilities: [character.volatilities[0], 1, character.volatilities[2]])
    let scale = #expect(throws: ExperimentError.self) {
      try wild.requireSimilar(SmallExperiment.data, source: "x.csv")
    }
    #expect(scale?.description.hasPrefix("x.csv, column 'B': returns vary by") == true)
  }
}
