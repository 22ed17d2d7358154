internal import Finance

/// An allocated portfolio, ready to print.
struct Allocation {
  let assets: [String]
  let date: CalendarDate?
  let weights: [Double]
  /// What is not invested; nil where nothing is kept back on purpose.
  let cash: Double?
  /// Shares of the risk that was shared out, of the portfolio's variance by default.
  let riskContributions: [Double]
  /// Of the invested part and cash together: per row for data, or per year if asked for; in the unit
  /// of a covariance matrix.
  let volatility: Double
  /// Another measure of risk and its value, per row.
  let risk: (name: String, value: Double)?
  let iterations: Int?
  /// The constraints without which the portfolio would be another one.
  let binding: [String]

  init(_ input: AllocationInput, _ request: AllocationRequest) throws {
    self.init(
      input, try request.allocate(input), risk: request.risk, hasCash: request.target != nil)
  }

  init(
    _ input: AllocationInput, _ result: AllocationResult, risk: AllocationRisk = .volatility,
    hasCash: Bool = false
  ) {
    assets = input.assets
    date = input.date
    weights = result.weights
    cash = hasCash ? 1 - weights.reduce(0, +) : nil
    iterations = result.iterations
    binding = result.binding
    let (contributions, variance) = Self.variance(weights, input.covariance)
    riskContributions = result.riskContributions ?? contributions.map { $0 / variance }
    volatility = (variance * input.rowsPerYear).squareRoot()
    self.risk = risk == .volatility ? nil : result.risk.map { (risk.rawValue, $0) }
  }

  /// `wᵢ (Σw)ᵢ` and their sum; what is not held may have any covariance.
  static func variance(_ weights: [Double], _ covariance: Matrix) -> (
    parts: [Double], total: Double
  ) {
    let n = weights.count
    var (contributions, total) = ([Double](repeating: 0, count: n), 0.0)
    for i in 0..<n where weights[i] != 0 {
      var marginal = 0.0
      for j in 0..<n where weights[j] != 0 { marginal += covariance[i, j] * weights[j] }
      contributions[i] = weights[i] * marginal
      total += contributions[i]
    }
    return (contributions, total)
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
    if let cash { table.append(["cash", NumberText.fixed(100 * cash, digits: 2), ""]) }
    var text = table.text + "volatility \(volatility)\n"
    if let risk { text += "\(risk.name) \(risk.value)\n" }
    if !binding.isEmpty { text += "binding: \(binding.joined(separator: ", "))\n" }
    return text
  }

  var csv: String {
    var table = CSVWriter(columns: ["Asset", "Weight", "RiskContribution"])
    for (i, asset) in assets.enumerated() {
      table.append([.text(asset), .number(weights[i]), .number(riskContributions[i])])
    }
    if let cash { table.append([.text("cash"), .number(cash), .number(0)]) }
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
    if let cash { members.append(("cash", JSONValue(cash))) }
    if let risk { members.append((risk.name, JSONValue(risk.value))) }
    if !binding.isEmpty { members.append(("binding", JSONValue(binding))) }
    if let iterations { members.append(("iterations", JSONValue(iterations))) }
    return JSONValue(object: members)
  }
}
