internal import Autodiff
internal import Finance

extension Baseline {
  /// Reads the parameters of a strategy, those it has and no others.
  static func strategy(
    _ rule: BaselineRule, _ reader: ConfigReader, _ assets: [String], _ rowsPerYear: Double
  ) -> Strategy {
    switch rule {
    case .equalWeight: return .rule(EqualWeight())
    case .inverseVolatility: return .rule(InverseVolatility())
    case .riskParity: return .rule(RiskParity())
    case .minimumVariance: return .rule(MinimumVariance(bounds: bounds(reader, assets.count)))
    case .maximumDiversification:
      return .rule(MaximumDiversification(bounds: bounds(reader, assets.count)))
    case .meanVariance:
      return .rule(
        TrailingMeanVariance(
          window: window(reader, "expected returns are means over so many rows"),
          riskAversion: riskAversion(reader),
          bounds: bounds(reader, assets.count)))
    case .maximumSharpe:
      return .rule(
        TrailingMaximumSharpe(
          window: window(reader, "expected returns are means over so many rows"),
          bounds: bounds(reader, assets.count)))
    case .minimumCVaR:
      return .rule(
        TrailingMinimumCVaR(
          window: window(reader, "so many past rows are the scenarios"),
          level: reader.about("the tail is the worst 1 − level").double(
            "level", default: 0.95, in: .between(0, 1)),
          bounds: bounds(reader, assets.count)))
    case .hierarchicalRiskParity:
      return .rule(HierarchicalRiskParity(linkage: linkage(reader, .single)))
    case .hierarchicalEqualRisk:
      return .rule(
        HierarchicalEqualRisk(clusters: clusters(reader), linkage: linkage(reader, .ward)))
    case .nestedClusters:
      return .rule(NestedClusters(clusters: clusters(reader), linkage: linkage(reader, .ward)))
    case .fixedMix: return .rule(fixedMix(reader, assets))
    case .volatilityTarget:
      return .rule(
        VolatilityTarget(
          inner(reader, assets, rowsPerYear),
          target: reader.about("the volatility aimed at, per year").double(
            "target", default: 0.1, in: .above(0)) / rowsPerYear.squareRoot(),
          cap: reader.about("the largest factor; above 1 it borrows at the cash rate").double(
            "cap", default: 1, in: .above(0))))
    case .momentumGate:
      return .rule(
        MomentumGate(
          inner(reader, assets, rowsPerYear),
          window: window(reader, "so many rows must have beaten cash")))
    case .dualLayer: return .dualLayer(DualLayer(reader, assets: assets, rowsPerYear: rowsPerYear))
    case .forecastRiskParity: return .forecast(ForecastPipeline(allocation: .riskParity))
    case .forecastHRP:
      return .forecast(
        ForecastPipeline(allocation: .hierarchicalRiskParity(linkage(reader, .single))))
    case .forecastMeanVariance:
      return .forecast(
        ForecastPipeline(
          allocation: .meanVariance(
            riskAversion: riskAversion(reader), bounds: bounds(reader, assets.count))))
    case .constantBudgets: return .learnedConstants
    }
  }

  private static func window(_ reader: ConfigReader, _ about: String) -> Int {
    reader.about(about).int("window", default: 252, in: 2...10_000)
  }

  private static func riskAversion(_ reader: ConfigReader) -> Double {
    reader.about("relative risk aversion").double("riskAversion", default: 4, in: .above(0))
  }

  private static func linkage(
    _ reader: ConfigReader, _ standard: HierarchicalClustering.Linkage
  ) -> HierarchicalClustering.Linkage {
    reader.about("how far two clusters are apart").choice("linkage", default: standard)
  }

  private static func clusters(_ reader: ConfigReader) -> Int? {
    reader.about("how many clusters; √(N/2) by default").optionalInt("clusters", in: 1...10_000)
  }

  /// Bounds of the weights in multiples of 1/N; nil where they bind nothing.
  private static func bounds(_ reader: ConfigReader, _ count: Int) -> SimplexBounds? {
    let floor = reader.about("the smallest weight, in multiples of 1/N")
      .double("floor", default: 0, in: 0...1)
    let cap = reader.about("the largest weight, in multiples of 1/N; no cap by default")
      .optionalDouble("cap", in: 1...)
    guard count > 0, floor > 0 || cap != nil else { return nil }
    do {
      return try SimplexBounds(count: count, floor: floor, cap: cap ?? Double(count))
    } catch {
      reader.report("floor", "\(error)")
      return nil
    }
  }

  private static func inner(
    _ reader: ConfigReader, _ assets: [String], _ rowsPerYear: Double
  ) -> any DecisionRule {
    reader.about("the rule it starts from, with its parameters")
      .object("of", shorthand: "rule", default: BaselineRule.riskParity.rawValue) { reader in
        let rule = reader.choice("rule", of: BaselineRule.allCases)
        guard case .rule(let inner) = strategy(rule, reader, assets, rowsPerYear) else {
          reader.report("rule", "value is \"\(rule.rawValue)\"; expected a rule without training")
          return EqualWeight()
        }
        return inner
      }
  }

  private static func fixedMix(_ reader: ConfigReader, _ assets: [String]) -> FixedMix {
    let given = reader.about("the weight of each asset; assets left out have none")
      .namedDoubles("weights", in: 0...1)
    var weights = [Double](repeating: 0, count: assets.count)
    for (name, value) in given {
      guard let index = assets.firstIndex(of: name) else {
        reader.report(
          "weights",
          "'\(name)' is not an asset of the experiment\(Spelling.hint(for: name, among: assets))")
        continue
      }
      weights[index] = value
    }
    let sum = weights.reduce(0, +)
    let complete = given.allSatisfy { assets.contains($0.name) } && !given.isEmpty
    guard (sum - 1).magnitude < 1e-9 else {
      if complete { reader.report("weights", "the weights sum to \(sum); expected 1") }
      return FixedMix([1])
    }
    let parts = given.filter { $0.value > 0 }
    let percent = parts.map { "\(Int(($0.value * 100).rounded()))" }.joined(separator: "/")
    return FixedMix(
      weights.map { $0 / sum }, name: "\(percent) \(parts.map(\.name).joined(separator: "/"))")
  }
}
