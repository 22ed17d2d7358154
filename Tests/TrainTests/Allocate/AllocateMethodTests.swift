import Finance
import Foundation
import Testing

@testable import Train

/// Every method and option of `train allocate`, from the command line to the numbers.
@Suite struct AllocateMethodTests {
  private static let prices = ExperimentTests.package + "/Experiments/Data/us/prices.csv"
  private static let four = ["--prices", prices, "--assets", "SP500,UST10Y,GOLD,WTI"]

  private func arguments(_ options: [String]) throws -> CommandLineArguments {
    guard case .run(let arguments) = try TrainProgram.program.parse(["allocate"] + options) else {
      throw UsageError("help")
    }
    return arguments
  }

  private func allocate(_ options: [String]) throws -> Allocation {
    let arguments = try arguments(options)
    let input = try AllocationInput(arguments)
    return try Allocation(input, AllocationRequest(arguments, input))
  }

  private func fault(_ options: [String]) -> String? {
    do {
      _ = try allocate(Self.four + options)
      return nil
    } catch { return "\(error)" }
  }

  /// What every method needs beside the data.
  private static let methods: [(AllocationMethod, [String])] = AllocationMethod.allCases.map {
    switch $0 {
    case .riskBudget: ($0, ["--budgets", "SP500=1,UST10Y=2,GOLD=1,WTI=1"])
    case .maximumSharpe, .meanVariance:
      ($0, ["--expected-returns", "SP500=3e-4,UST10Y=1e-4,GOLD=2e-4,WTI=1e-4"])
    case .fixedMix: ($0, ["--weights", "SP500=0.6,UST10Y=0.4"])
    default: ($0, [])
    }
  }

  @Test func everyMethodGivesAPortfolio() throws {
    for (method, own) in Self.methods {
      let found = try allocate(Self.four + ["--method", method.rawValue] + own)
      #expect((found.weights.reduce(0, +) - 1).magnitude < 1e-9, "\(method)")
      #expect(found.weights.allSatisfy { $0 >= 0 && $0 <= 1 }, "\(method)")
      #expect((found.riskContributions.reduce(0, +) - 1).magnitude < 1e-9, "\(method)")
      #expect(found.volatility > 0 && found.volatility < 0.05)
      #expect(found.json["weights"]?["GOLD"]?.double == found.weights[2])
    }
  }

  @Test func everyEstimatorGivesACovariance() throws {
    var seen: [[Double]] = []
    for estimator in CovarianceSettings.Estimator.allCases {
      let weights = try allocate(
        Self.four + ["--estimator", estimator.rawValue, "--window", "300"]
      ).weights
      #expect(!seen.contains(weights), "\(estimator) is another's twin")
      seen.append(weights)
    }
  }

  /// The defining property by the definition of each measure, not by the solver's own sums.
  @Test(arguments: [
    AllocationRisk.cvar, .cdar, .evar, .edar, .semiDeviation, .meanAbsoluteDeviation,
  ])
  func everyMeasureIsSharedOutByItsBudgets(_ risk: AllocationRisk) throws {
    let tail = risk.hasConfidence ? ["--confidence", "0.9"] : []
    let found = try allocate(
      Self.four + [
        "--risk-measure", risk.rawValue, "--budgets", "SP500=1,UST10Y=2,GOLD=1,WTI=0",
      ] + tail)
    #expect(found.weights[3] == 0 && found.riskContributions[3] == 0)
    for (share, budget) in zip(found.riskContributions, [0.25, 0.5, 0.25, 0]) {
      #expect((share - budget).magnitude < 1e-8)
    }
    #expect((found.json[risk.rawValue]?.double ?? 0) > 0)
    #expect((found.weights.reduce(0, +) - 1).magnitude < 1e-12)
  }

  @Test func confidenceMovesTheTail() throws {
    let tails = try ["0.8", "0.95"].map {
      try allocate(Self.four + ["--risk-measure", "cvar", "--confidence", $0]).weights
    }
    #expect(tails[0] != tails[1])
  }

  @Test(arguments: ConstrainedRiskBudgetSolver.Definition.allCases)
  func boundsGroupsAndTurnoverHold(definition: ConstrainedRiskBudgetSolver.Definition) throws {
    let directory = try TemporaryDirectory()
    let groups = directory.path + "/groups.csv"
    try "group,minimum,maximum,assets\nreal,0.4,,GOLD WTI\n".write(
      toFile: groups, atomically: true, encoding: .utf8)
    let found = try allocate(
      Self.four + [
        "--upper", "UST10Y=0.45", "--lower", "WTI=0.12", "--groups", groups, "--turnover", "0.5",
        "--holding", "SP500=0.5,UST10Y=0.3,GOLD=0.2", "--definition", definition.rawValue,
      ])
    let w = found.weights
    #expect(w[1] <= 0.45 + 1e-12 && w[3] >= 0.12 - 1e-12 && w[2] + w[3] >= 0.4 - 1e-12)
    let turnover = zip(w, [0.5, 0.3, 0.2, 0]).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
    #expect(turnover <= 0.5 + 1e-9)
    #expect(!found.binding.isEmpty && found.iterations != nil)
  }

  @Test func bindingConstraintsAreNamed() throws {
    let found = try allocate(Self.four + ["--upper", "0.4"])
    #expect(found.binding == ["the upper bound of asset 'UST10Y'"])
    #expect(found.table.contains("binding: the upper bound of asset 'UST10Y'"))
  }

  @Test func budgetsAreMovedIntoTheirBounds() throws {
    let directory = try TemporaryDirectory()
    let groups = directory.path + "/groups.csv"
    try "real,,0.3,GOLD;WTI\n".write(toFile: groups, atomically: true, encoding: .utf8)
    let found = try allocate(
      Self.four + [
        "--budgets", "SP500=1,UST10Y=1,GOLD=1,WTI=1", "--budget-groups", groups,
        "--budget-upper", "SP500=0.33",
      ])
    for (share, budget) in zip(found.riskContributions, [0.33, 0.37, 0.15, 0.15]) {
      #expect((share - budget).magnitude < 1e-10)
    }
  }

  @Test func tiltMovesTheWeightsTowardsReturns() throws {
    let plain = try allocate(Self.four)
    let returns = ["--expected-returns", "SP500=5e-4,UST10Y=0,GOLD=0,WTI=0"]
    let tilted = try allocate(Self.four + returns + ["--tilt", "2"])
    #expect(tilted.weights[0] > plain.weights[0] + 0.01)
    #expect(try allocate(Self.four + returns + ["--tilt", "0"]).weights == plain.weights)
  }

  @Test func volatilityIsScaledToItsTarget() throws {
    let plain = try allocate(Self.four + ["--rows-per-year", "252"])
    let half = try allocate(
      Self.four + [
        "--rows-per-year", "252", "--volatility-target", "\(plain.volatility / 2)",
      ])
    #expect((half.volatility * 2 - plain.volatility).magnitude < 1e-12)
    #expect(((half.cash ?? 0) - 0.5).magnitude < 1e-12)
    #expect(half.json["cash"]?.double == half.cash && half.csv.contains("cash,"))
    let capped = try allocate(
      Self.four + ["--volatility-target", "9", "--max-exposure", "1.5"])
    #expect((capped.weights.reduce(0, +) - 1.5).magnitude < 1e-12)
    #expect(
      zip(half.riskContributions, plain.riskContributions).allSatisfy {
        ($0 - $1).magnitude < 1e-12
      })
  }

  @Test func bindingLimitsAreNamedOnce() throws {
    let found = try allocate(
      Self.four + ["--turnover", "0.2", "--holding", "SP500=0.6,UST10Y=0.4"])
    #expect(found.binding == ["the turnover limit"])
  }

  @Test func whatCannotBeMeantIsRefused() throws {
    #expect(
      fault(["--budgets", "SP500=0,UST10Y=0,GOLD=0,WTI=0", "--budget-upper", "0.5"])
        == "risk budgeting: all 4 budgets are zero; at least one must be positive.")
    #expect(
      fault([
        "--tilt", "900", "--expected-returns", "SP500=5e-4,UST10Y=1e-4,GOLD=1e-4,WTI=1e-4",
      ])?.contains("% of asset 'UST10Y'") == true)
    let twice = #expect(throws: UsageError.self) {
      try allocate(["--prices", Self.prices, "--assets", "SP500,GOLD,SP500"])
    }
    #expect(twice.map { "\($0)" } == "--assets: 'SP500' is given twice")
    let levels = #expect(throws: ExperimentError.self) {
      try allocate(["--returns", Self.prices, "--assets", "SP500,GOLD"])
    }
    #expect(levels.map { "\($0)" }?.hasSuffix("If these are prices, say --prices") == true)
  }

  @Test func entropicTailsNeedScenarios() throws {
    #expect(
      fault(["--risk-measure", "edar", "--confidence", "0.999"])
        == "--risk-measure edar at confidence 0.999 needs more than 1000 rows of returns, but there "
        + "are 250; lower --confidence or lengthen --window")
    #expect(fault(["--risk-measure", "evar", "--confidence", "0.99"]) == nil)
  }

  /// Every number has 17 significant digits, also a short one, and reads back to the same bits.
  @Test func jsonNumbersHaveSeventeenDigits() throws {
    let found = try allocate(
      Self.four + ["--method", "fixed-mix", "--weights", "SP500=0.5,GOLD=0.25,WTI=0.25"])
    let text = found.json.text(digits: 17)
    #expect(text.contains("\"SP500\": 0.50000000000000000,"))
    let back = try JSONValue(parsing: text, file: "allocation.json")
    #expect(back["volatility"]?.double == found.volatility)
    #expect(back["riskContributions"]?["GOLD"]?.double == found.riskContributions[2])
    #expect(back == found.json)
  }

  @Test func whatDoesNotGoTogetherIsRefused() throws {
    #expect(
      fault(["--method", "hrp", "--upper", "0.3"])
        == "--upper goes with --method risk-budget, risk-parity, minimum-variance, "
        + "maximum-diversification, maximum-sharpe, mean-variance, minimum-cvar, not hrp")
    #expect(
      fault(["--risk-measure", "cvar", "--upper", "0.3"])
        == "--risk-measure cvar is shared out without constraints; leave --upper out, or share out "
        + "volatility")
    #expect(
      fault(["--confidence", "0.9"])
        == "--confidence goes with --risk-measure cvar, cdar, evar, edar")
    #expect(
      fault(["--turnover", "0.1"])
        == "--turnover limits the change from --holding: give both, such as --turnover 0.2 "
        + "--holding SP500=1")
    #expect(fault(["--tilt", "1"]) == "--tilt needs --expected-returns")
    #expect(
      fault(["--half-life", "5"]) == "--half-life goes with --estimator ewma, not sample")
    #expect(
      fault(["--risk-measure", "cvra"])
        == "train allocate: --risk-measure is 'cvra'; expected one of volatility, cvar, cdar, evar, "
        + "edar, semi-deviation, mad; did you mean 'cvar'?\nSee 'train allocate --help'.")
    #expect(
      fault(["--method", "fixed-mix", "--weights", "SP500=0.5"])
        == "--weights sum to 0.5; expected weights of 0 or more that sum to 1")
    #expect(
      fault(["--definition", "calibrated"])
        == "--definition says what gives way to constraints; give --lower, --upper, --groups or "
        + "--turnover with it")
  }

  /// Solvers know assets by number; a user by name.
  @Test func faultsOfSolversNameAssets() throws {
    #expect(
      fault(["--lower", "SP500=0.6,GOLD=0.6"])?.contains(
        "the lower bound of asset 'SP500', the lower bound of asset 'GOLD'") == true)
    #expect(
      fault(["--budgets", "SP500=1,UST10Y=-1,GOLD=1,WTI=1"])?.contains(
        "the budget of asset 'UST10Y' is -1.0") == true)
    #expect(
      fault(["--budgets", "SP500=1,UST10Y=1,GOLD=1,WTI=1", "--budget-upper", "0.2"])?.contains(
        "no budgets that sum to 1 meet the upper bound of asset") == true)
    #expect(
      AssetNames(names: ["A", "B"]).named("asset 1, asset 0: assets 7 and asset 12 of 1")
        == "asset 'B', asset 'A': assets 7 and asset 12 of 1")
  }

  @Test func groupsFilesAreChecked() throws {
    let directory = try TemporaryDirectory()
    func read(_ text: String) throws -> String {
      let path = directory.path + "/groups.csv"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      do {
        _ = try GroupsFile.read(path, assets: ["A", "B"])
        return ""
      } catch { return "\(error)".replacingOccurrences(of: directory.path + "/", with: "") }
    }
    #expect(try read("g,0,1,A B\n\nh,,0.5,B\n") == "")
    #expect(try read("group,minimum,maximum,assets\n") == "groups.csv: no groups")
    #expect(try read("g,0,1\n").contains("line 1: 'g,0,1' is not 'group,minimum,maximum,assets'"))
    #expect(try read("g,0,1,A\ng,0,1,B\n") == "groups.csv: line 2: group 'g' is given twice")
    #expect(try read("g,0,1,A A\n") == "groups.csv: line 1: 'A' is in group 'g' twice")
    #expect(try read("g,0,1,\n") == "groups.csv: line 1: group 'g' has no assets")
    #expect(try read("g,0,2,A\n").contains("the bound is '2'; expected a number in 0…1"))
    #expect(try read("g,0,1,C\n").contains("line 1: no asset 'C'"))
  }
}
