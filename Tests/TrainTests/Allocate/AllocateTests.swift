import Finance
import Foundation
import Testing

@testable import Train

@Suite struct AllocateTests {
  private static let prices = ExperimentTests.package + "/Experiments/Data/us/prices.csv"

  private func arguments(_ options: [String]) throws -> CommandLineArguments {
    guard case .run(let arguments) = try TrainProgram.program.parse(["allocate"] + options) else {
      throw UsageError("help")
    }
    return arguments
  }

  private func fault(_ options: [String]) -> String? {
    do {
      try AllocateCommand.run(arguments(options))
      return nil
    } catch { return "\(error)" }
  }

  /// Equal risk of the full sample, as an independent solver found it (to 1e-9 here).
  @Test func riskParityOfTheFullSampleHasItsGoldenWeights() throws {
    let input = try AllocationInput(
      arguments([
        "--prices", Self.prices, "--assets", "SP500,UST10Y,GOLD,WTI", "--window", "6864",
      ]))
    let solution = try RiskBudgetSolver().solve(
      covariance: input.covariance, budgets: [1, 1, 1, 1])
    let golden = [
      0.20280284136931112, 0.5220567071594168, 0.19395099066644308, 0.08118946080482914,
    ]
    for (weight, expected) in zip(solution.weights, golden) {
      #expect(abs(weight - expected) < 1e-9)
    }
  }

  @Test func nothingAfterTheDateIsRead() throws {
    let early = try AllocationInput(
      arguments(["--prices", Self.prices, "--assets", "SP500,GOLD", "--as-of", "2001-09-15"]))
    #expect(early.date?.description == "2001-09-10")
    let other = try AllocationInput(
      arguments(["--prices", Self.prices, "--assets", "SP500,GOLD", "--as-of", "2001-09-10"]))
    #expect(early.covariance == other.covariance)
  }

  @Test func printsSharesThatMatchTheBudgets() throws {
    let input = try AllocationInput(
      arguments(["--prices", Self.prices, "--assets", "SP500,GOLD,WTI"]))
    let budgets = try NamedValues.parse(
      "GOLD=2,SP500=1,WTI=1", option: "budgets", assets: input.assets, standard: nil)
    let solution = try RiskBudgetSolver().solve(covariance: input.covariance, budgets: budgets)
    let allocation = Allocation(
      input, AllocationResult(weights: solution.weights, iterations: solution.iterations))
    for (share, budget) in zip(allocation.riskContributions, [0.25, 0.5, 0.25]) {
      #expect(abs(share - budget) < 1e-12)
    }
    #expect(abs(allocation.volatility - solution.volatility) < 1e-15)
    #expect(allocation.json["weights"]?["GOLD"]?.double == solution.weights[1])
  }

  @Test func faultsSayWhatToDo() {
    #expect(
      fault([]) == """
        train allocate: give data: --prices FILE, --returns FILE or --covariance-matrix FILE
        See 'train allocate --help'.
        """)
    #expect(
      fault(["--prices", Self.prices, "--assets", "SP50,GOLD"])
        == "--assets: no column 'SP50'; did you mean 'SP500'?")
    #expect(
      fault(["--prices", Self.prices, "--assets", "SP500,GOLD", "--budgets", "SP500=1"])
        == "--budgets: no value for 'GOLD'; name every asset, or choose columns by --assets")
    #expect(
      fault(["--prices", Self.prices, "--assets", "SP500,GOLD", "--budgets", "SP500=1,GLOD=1"])
        == "--budgets: no asset 'GLOD'; did you mean 'GOLD'?")
    #expect(
      fault([
        "--prices", Self.prices, "--assets", "GOLD", "--method", "equal-weight", "--budgets",
        "GOLD=1",
      ])
        == "--budgets goes with --method risk-budget, not equal-weight")
    #expect(
      fault(["--prices", Self.prices, "--assets", "UST20Y", "--as-of", "1993-12-01"])?
        .contains("column 'UST20Y': no value on") == true)
    #expect(
      fault(["--prices", Self.prices, "--window", "90000"])?.contains("--window 90000 needs 90001")
        == true)
  }
}
