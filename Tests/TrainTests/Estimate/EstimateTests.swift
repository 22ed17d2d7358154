import Finance
import Foundation
import Testing

@testable import Train

@Suite struct EstimateTests {
  private static let prices = ExperimentTests.package + "/Experiments/Data/us/prices.csv"
  private static let index = ExperimentTests.package + "/Experiments/Data/us/sp500_index.csv"

  private func arguments(_ options: [String]) throws -> CommandLineArguments {
    guard case .run(let arguments) = try TrainProgram.program.parse(["estimate"] + options) else {
      throw UsageError("help")
    }
    return arguments
  }

  private func fault(_ options: [String]) -> String? {
    do {
      let (_, problems) = try EstimateCommand.output(arguments(options))
      return problems.first
    } catch { return "\(error)" }
  }

  /// arch 8.0.0 on the same returns in percent: `arch_model(r).fit()`, parameters and log-likelihood, and
  /// the robust standard errors, which are its default.
  @Test(arguments: [
    (
      VolatilityModel(.garch, firstVariance: .backcast),
      [0.05635305976401237, 0.01750677618804408, 0.10215019870880541, 0.8852053896123792],
      [0.011486869169431188, 0.004683257054045249, 0.013009980294550343, 0.013804353029012005],
      -6936.717433915957
    ),
    (
      VolatilityModel(.garch, distribution: .studentT, firstVariance: .backcast),
      [
        0.06612836539807095, 0.008663707582519409, 0.09959540276588211, 0.8999324883408847,
        6.6071889152907035,
      ],
      [
        0.010330353467847652, 0.0027797413246572304, 0.012136912377544561, 0.01172564223692561,
        0.646677379757486,
      ], -6834.734522908577
    ),
  ])
  func parametersAreThoseOfArch(
    model: VolatilityModel, golden: [Double], errors: [Double], logLikelihood: Double
  ) throws {
    let input = try EstimateInput(
      arguments(["--prices", Self.index, "--from", "1999-01-04", "--through", "2018-12-31"]))
    let series = try input.series("SP500")
    #expect(series.returns.count == 5030)
    #expect(input.scale == 100 && input.unit == "percent")
    let estimate = VolatilityEstimate(model, series, rowsPerYear: 252)
    let json = estimate.json
    #expect(json["converged"]?.bool == true)
    for (k, name) in model.parameterNames.enumerated() {
      let found = try #require(json["parameters"]?[name]?.double)
      #expect(abs(found / golden[k] - 1) < 1e-4, "\(name) \(found)")
      let error = try #require(json["robustStandardErrors"]?[name]?.double)
      #expect(abs(error / errors[k] - 1) < 0.01, "\(name) \(error)")
    }
    #expect((json["logLikelihood"]?.double ?? 0) > logLikelihood - 1e-6)
    #expect(abs((json["logLikelihood"]?.double ?? 0) - logLikelihood) < 1e-5)
    let text = estimate.text(unit: "percent")
    for word in ["parameter", "standard error", "robust", "log-likelihood", "next row"] {
      #expect(text.contains(word))
    }
  }

  @Test(arguments: EstimateCommand.Model.allCases)
  func everyModelPrints(_ model: EstimateCommand.Model) throws {
    func output(_ format: String) throws -> String {
      let (text, problems) = try EstimateCommand.output(
        arguments([
          "--prices", Self.prices, "--assets", "SP500,GOLD", "--model", model.rawValue,
          "--format", format, "--from", "2010-01-01",
        ]))
      #expect(problems.isEmpty)
      return text
    }
    let table = try output("table")
    #expect(table.contains("SP500") && table.contains("volatility"))
    let json = try JSONValue(parsing: try output("json"), file: "out")
    if let covariance = json["covariance"]?.elements {
      let elements = covariance.compactMap { $0.elements?.compactMap(\.double) }
      #expect(elements[0][1] == elements[1][0] && elements[0][0] > 0.05)
    } else {
      #expect(json["series"]?.elements?.allSatisfy { $0["converged"]?.bool == true } == true)
    }
  }

  @Test func returnsAreTakenAsTheyAre() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/r.csv"
    try AtomicFile.write("Date;A\n02.01.2020;0,5\n03.01.2020;-0,25\n06.01.2020;0,75\n", to: path)
    let input = try EstimateInput(arguments(["--returns", path]))
    #expect(try input.series("A").returns == [0.5, -0.25, 0.75])
    let (dates, returns, leftOut) = try input.matrix()
    #expect(dates.map(\.description) == ["2020-01-02", "2020-01-03", "2020-01-06"])
    #expect(returns.elements == [0.5, -0.25, 0.75] && leftOut == 0)
  }

  @Test func whatDoesNotConvergeSaysSo() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/r.csv"
    var text = "Date,A,B\n"
    let dates = CalendarDate.weekdays(from: CalendarDate(days: 18_000), count: 60)
    for (row, date) in dates.enumerated() { text += "\(date),1,\(row % 2)\n" }
    try AtomicFile.write(text, to: path)
    #expect(
      fault(["--returns", path, "--assets", "A"])
        == "A: volatility: every return is 1.0; a series without "
        + "variance has no model. Leave the asset out (constant prices?).")
    #expect(
      fault(["--returns", path, "--model", "dcc"])?.contains("A: volatility: every return") == true)
  }

  @Test func faultsSayWhatToDo() {
    #expect(
      fault([])?.hasPrefix("train estimate: give data: --prices FILE or --returns FILE") == true)
    #expect(
      fault(["--prices", Self.prices, "--assets", "GLOD"])
        == "--assets: no column 'GLOD'; did you mean 'GOLD'?")
    #expect(
      fault(["--prices", Self.prices, "--assets", "GOLD,GOLD"])
        == "--assets: 'GOLD' is given twice")
    #expect(
      fault(["--prices", Self.prices, "--model", "garch", "--half-life", "10"])
        == "--half-life goes with --model ewma, not garch")
    #expect(
      fault(["--prices", Self.prices, "--model", "oas", "--mean", "zero"])?
        .hasPrefix("--mean goes with --model garch, gjr, egarch, ccc, dcc, egarch-dcc, not oas")
        == true)
    #expect(
      fault(["--prices", Self.prices, "--model", "garhc"])?.contains("did you mean 'garch'?")
        == true)
    #expect(
      fault(["--prices", Self.prices, "--csv", "decimals=comma"])
        == "--csv decimals=comma: no key 'decimals'; did you mean 'decimal'? (accepted: separator, "
        + "decimal, dates, layout, headerLine, dateColumn, nameColumn, valueColumn, ignored)")
    #expect(
      fault(["--prices", Self.prices, "--from", "2030-01-01"])?.contains("covers 1990-01-02")
        == true)
  }
}
