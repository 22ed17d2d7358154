internal import Finance

/// An allocated portfolio, ready to print.
struct Allocation {
  let assets: [String]
  let date: CalendarDate?
  let weights: [Double]
  /// Shares of the portfolio's variance.
  let riskContributions: [Double]
  /// In the unit of the covariance: per row, for data.
  let volatility: Double
  let iterations: Int?

  init(_ input: AllocationInput, _ result: (weights: [Double], iterations: Int?)) {
    assets = input.assets
    date = input.date
    weights = result.weights
    iterations = result.iterations
    let n = assets.count
    var contributions = [Double](repeating: 0, count: n)
    var variance = 0.0
    for i in 0..<n where weights[i] != 0 {
      var marginal = 0.0
      for j in 0..<n where weights[j] != 0 { marginal += input.covariance[i, j] * weights[j] }
      contributions[i] = weights[i] * marginal
      variance += contributions[i]
    }
    riskContributions = contributions.map { $0 / variance }
    volatility = variance.squareRoot()
  }

  var table: String {
    var table = TextTable([
      .left(date.map { "\($0)" } ?? "asset"), .right("weight %"), .right("risk %"),
    ])
    for (i, asset) in assets.enumerated() {
      table.append([
        asset, NumberText.fixed(100 * weights[i], digits: 2),
        NumberText.fixed(100 * riskContributions[i], digits: 2),
      ])
    }
    return table.text + "volatility \(volatility)\n"
  }

  var csv: String {
    var table = CSVWriter(columns: ["Asset", "Weight", "RiskContribution"])
    for (i, asset) in assets.enumerated() {
      table.append([.text(asset), .number(weights[i]), .number(riskContributions[i])])
    }
    return table.text
  }

  var json: JSONValue {
    func named(_ values: [Double]) -> JSONValue {
      JSONValue(object: zip(assets, values).map { ($0, JSONValue($1)) })
    }
    var members: [(String, JSONValue)] = []
    if let date { members.append(("date", JSONValue("\(date)"))) }
    members += [
      ("weights", named(weights)), ("riskContributions", named(riskContributions)),
      ("volatility", JSONValue(volatility)),
    ]
    if let iterations { members.append(("iterations", JSONValue(iterations))) }
    return JSONValue(object: members)
  }
}
