internal import Finance

/// A covariance, ready to print: volatilities and correlations for people, numbers for programs.
struct CovarianceEstimate {
  let title: String
  let assets: [String]
  let covariance: Matrix
  let rowsPerYear: Double
  /// Facts of the estimator, such as its shrinkage.
  let facts: [(name: String, value: Double)]

  var text: String {
    var table = TextTable(
      [.left(title), .right("volatility"), .right("a year")] + assets.map { .right($0) })
    for (i, asset) in assets.enumerated() {
      let variance = covariance[i, i]
      table.append(
        [
          asset, Digits.text(variance.squareRoot()),
          Digits.text((variance * rowsPerYear).squareRoot()),
        ] + assets.indices.map { NumberText.fixed(correlation(i, $0), digits: 3) })
    }
    return table.text + facts.map { "\($0.name) \(Digits.text($0.value))\n" }.joined()
  }

  private func correlation(_ i: Int, _ j: Int) -> Double {
    let product = (covariance[i, i] * covariance[j, j]).squareRoot()
    return product > 0 ? covariance[i, j] / product : i == j ? 1 : 0
  }

  var members: [(String, JSONValue)] {
    func rows(_ value: (Int, Int) -> Double) -> JSONValue {
      JSONValue(
        .array(assets.indices.map { i in JSONValue(assets.indices.map { value(i, $0) }) }))
    }
    return [
      ("assets", JSONValue(assets)),
      (
        "volatilities",
        JSONValue(assets.indices.map { covariance[$0, $0].squareRoot() })
      ),
      ("correlations", rows(correlation)), ("covariance", rows { covariance[$0, $1] }),
    ] + facts.map { ($0.name, JSONValue($0.value)) }
  }
}
