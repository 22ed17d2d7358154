internal import Finance

/// A model of conditional correlations, ready to print: margins, parameters and the next covariance.
struct CorrelationEstimate {
  let fit: CorrelationFit
  let margins: [VolatilityEstimate]
  let latest: CovarianceEstimate
  let dates: [CalendarDate]
  /// Rows without all columns.
  let leftOut: Int
  let input: EstimateInput

  /// Fits the model over the rows where every column has a value.
  init(_ model: CorrelationModel, _ input: EstimateInput) throws {
    self.input = input
    let returns: Matrix
    (dates, returns, leftOut) = try input.matrix()
    do throws(VolatilityError) { fit = try model.fit(returns) } catch {
      throw ExperimentError("\(input.path): \(Self.named(error, input.assets))")
    }
    let (fit, dates) = (fit, dates)
    margins = input.assets.indices.map { i in
      VolatilityEstimate(
        fit.margins[i],
        EstimateInput.Series(name: input.assets[i], dates: dates, returns: returns.column(i)),
        rowsPerYear: input.rowsPerYear)
    }
    latest = CovarianceEstimate(
      title: "next row", assets: input.assets,
      covariance: fit.forecast(after: returns, horizon: 1)[0], rowsPerYear: input.rowsPerYear,
      facts: [])
  }

  /// An error with the name of its series in the place of its number.
  private static func named(_ error: VolatilityError, _ assets: [String]) -> String {
    switch error {
    case .series(let index, let inner): "\(assets[index]): \(inner)"
    case .singularCorrelations(let index): "\(assets[index]): \(error)"
    case .tooFewReturns, .notFinite, .constantReturns, .notConverged: "\(error)"
    }
  }

  /// The parameters of the correlations; none if they are constant.
  private var parameters: [(name: String, value: Double)] {
    fit.model.dynamics == .dynamic ? [("a", fit.a), ("b", fit.b)] : []
  }

  var text: String {
    var text = leftOut > 0 ? "\(leftOut) rows without all columns are left out\n" : ""
    text += margins.map { $0.text(unit: input.unit) }.joined(separator: "\n") + "\n"
    if !parameters.isEmpty {
      var table = TextTable([
        .left("correlations"), .right("estimate"), .right("standard error"), .right("robust"),
      ])
      for (k, parameter) in parameters.enumerated() {
        table.append([
          parameter.name, Digits.text(parameter.value), Digits.text(fit.standardErrors[k]),
          Digits.text(fit.robustStandardErrors[k]),
        ])
      }
      text += table.text
      if !fit.onBounds.isEmpty {
        text += "on its bound: \(fit.onBounds.joined(separator: ", "))\n"
      }
    }
    return text
      + "log-likelihood \(Digits.text(fit.logLikelihood)), margins and correlations\n\n"
      + latest.text
  }

  var json: JSONValue {
    func named(_ values: [Double]) -> JSONValue {
      JSONValue(object: zip(parameters, values).map { ($0.name, JSONValue($1)) })
    }
    return JSONValue(
      object: [
        ("scale", JSONValue(input.scale)), ("rows", JSONValue(dates.count)),
        ("leftOut", JSONValue(leftOut)), ("parameters", named(parameters.map(\.value))),
        ("standardErrors", named(fit.standardErrors)),
        ("robustStandardErrors", named(fit.robustStandardErrors)),
        ("onBounds", JSONValue(fit.onBounds)), ("logLikelihood", JSONValue(fit.logLikelihood)),
        ("margins", JSONValue(.array(margins.map(\.json)))),
      ] + latest.members)
  }
}
