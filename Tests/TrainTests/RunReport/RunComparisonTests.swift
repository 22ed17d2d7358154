import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct RunComparisonTests {
  private static let rows = 400

  /// A finished run of the given net returns by day, as its files say it.
  private func write(
    _ name: String, in folder: String, model: [Double], parity: [Double]?, ceiling: Double,
    from first: Int = 10_957, isFinished: Bool = true
  ) throws -> String {
    let directory = RunDirectory(path: folder + "/" + name)
    try directory.create()
    try AtomicFile.write(SmallExperiment.config, to: directory.config)
    try AtomicFile.write("{}", to: directory.provenance)
    var returns = CSVWriter(
      columns: ["Date", "model"] + (parity == nil ? [] : ["risk-parity"]) + ["cash"])
    var weights = CSVWriter(columns: ["Date", "A", "B"])
    let dates = CalendarDate.weekdays(from: CalendarDate(days: first), count: model.count)
    for (row, date) in dates.enumerated() {
      returns.append(
        day: date.days, [model[row]] + (parity.map { [$0[row]] } ?? []) + [Self.cash])
      if row % 5 == 0 { weights.append(day: date.days, [0.25, 0.75]) }
    }
    try returns.write(to: directory.file("returns.csv"))
    try weights.write(to: directory.file("weights.csv"))
    if isFinished {
      try AtomicFile.write(
        "{\"model\": {\"turnoverPerYear\": 1.5, \"costPerYear\": 0.0015}, "
          + "\"evidence\": {\"hindsightCeiling\": \(ceiling)}}",
        to: directory.summary)
    }
    return directory.path
  }

  private static let cash = 0.0001

  private func series(_ seed: UInt64, mean: Double) -> [Double] {
    var generator = SplitMix64(seed: seed).split("comparison tests")
    return generator.normals(Self.rows).map { mean + 0.01 * $0 }
  }

  @Test func figuresAreThoseOfTheReturns() throws {
    try withTemporaryDirectory { folder in
      let (a, b) = (series(1, mean: 0.001), series(2, mean: 0.0002))
      let comparison = try RunComparison([
        try write("a", in: folder, model: a, parity: b, ceiling: 0.7),
        try write("b", in: folder, model: b, parity: b, ceiling: 0.8),
      ])
      // Written another way: the first day with the first week, then weeks one by one.
      func sharpe(_ returns: [Double]) -> Double {
        let weeks = (0..<Self.rows / 5).map { week in
          var (own, cash) = (1.0, 1.0)
          for day in returns.indices where max(0, (day - 1) / 5) == week {
            own *= 1 + returns[day]
            cash *= 1 + Self.cash
          }
          return own - cash
        }
        let mean = weeks.reduce(0, +) / Double(weeks.count)
        let variance = weeks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(weeks.count - 1)
        return mean / variance.squareRoot() * (252.0 / 5).squareRoot()
      }
      let figures = comparison.figures(0)
      // Files hold rounded numbers.
      #expect(abs(figures.sharpe - sharpe(a)) < 1e-4)
      #expect(abs(figures.paritySharpe - sharpe(b)) < 1e-4)
      #expect(figures.ceiling == 0.7 && comparison.figures(1).ceiling == 0.8)
      #expect(figures.turnover == 1.5 && figures.cost == 0.0015)
      let tests = comparison.tests
      #expect(abs(tests[0][1].difference - (sharpe(a) - sharpe(b))) < 1e-4)
      #expect(tests[1][0].difference == -tests[0][1].difference)
      #expect(tests[1][0].pValue == tests[0][1].pValue)
      #expect(tests[0][1].pValue > 0 && tests[0][1].pValue <= 1)
      #expect(tests[0][0].pValue.isNaN)
      // Against its own risk parity: the same pair here, and nothing against itself.
      #expect(abs(comparison.testAgainstParity(0).detectable - tests[0][1].detectable) < 1e-12)
      #expect(comparison.testAgainstParity(1).detectable.isNaN)
    }
  }

  /// Two independent series of white noise: the standard error of an annual Sharpe ratio's difference is
  /// about √(2 / years).
  @Test func whatCanBeDetectedFollowsFromTheLength() throws {
    try withTemporaryDirectory { folder in
      let comparison = try RunComparison([
        try write("a", in: folder, model: series(3, mean: 0), parity: nil, ceiling: 0),
        try write("b", in: folder, model: series(4, mean: 0), parity: nil, ceiling: 0),
      ])
      let expected = 2.8 * (2 / (Double(Self.rows) / 252)).squareRoot()
      let detectable = comparison.tests[0][1].detectable
      #expect(detectable > 0.6 * expected && detectable < 1.6 * expected)
      #expect(comparison.testAgainstParity(0).pValue.isNaN)
    }
  }

  @Test func thePageSaysWhatCanBeKnown() throws {
    try withTemporaryDirectory { folder in
      let (a, b) = (series(1, mean: 0.001), series(2, mean: 0.0002))
      let comparison = try RunComparison([
        try write("one", in: folder, model: a, parity: b, ceiling: 0.712),
        try write("two", in: folder, model: b, parity: nil, ceiling: 0.8),
      ])
      let html = comparison.document.html()
      #expect(Markup(html).fault == nil)
      for words in [
        "Hindsight ceiling", "0.712", "Differences that could be seen", "Its risk parity",
      ] { #expect(html.contains(words), "\(words)") }
      #expect(comparison.text.contains("detectable") && comparison.text.contains("0.712"))
      #expect(comparison.document.html() == html)
    }
  }

  @Test func whatCannotBeComparedIsRefused() throws {
    try withTemporaryDirectory { folder in
      let a = series(1, mean: 0)
      let whole = try write("whole", in: folder, model: a, parity: nil, ceiling: 0)
      let later = try write(
        "later", in: folder, model: a, parity: nil, ceiling: 0, from: 10_957 + 550)
      let open = try write(
        "open", in: folder, model: a, parity: nil, ceiling: 0, isFinished: false)
      let few = #expect(throws: ExperimentError.self) { try RunComparison([whole, later]) }
      #expect(few?.description.contains("the runs share") == true)
      let unfinished = #expect(throws: ExperimentError.self) { try RunComparison([whole, open]) }
      #expect(unfinished?.description.contains("train resume") == true)
    }
  }
}
