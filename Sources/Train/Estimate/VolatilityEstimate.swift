internal import Finance

/// A volatility model of one series, ready to print: its parameters, or why there are none.
struct VolatilityEstimate {
  let series: EstimateInput.Series
  let model: VolatilityModel
  let outcome: Result<VolatilityFit, VolatilityError>
  /// The variance of the row after the last.
  let nextVariance: Double?
  let rowsPerYear: Double

  init(_ model: VolatilityModel, _ series: EstimateInput.Series, rowsPerYear: Double) {
    self.series = series
    self.model = model
    self.rowsPerYear = rowsPerYear
    do throws(VolatilityError) {
      let fit = try model.fit(series.returns)
      outcome = .success(fit)
      nextVariance = model.path(fit.parameters, returns: series.returns).nextVariance
    } catch {
      outcome = .failure(error)
      nextVariance = nil
    }
  }

  /// Of a fit that is known already, as those of a correlation model's margins are.
  init(_ fit: VolatilityFit, _ series: EstimateInput.Series, rowsPerYear: Double) {
    self.series = series
    self.rowsPerYear = rowsPerYear
    model = fit.model
    outcome = .success(fit)
    nextVariance = fit.model.path(fit.parameters, returns: series.returns).nextVariance
  }

  /// Why there are no parameters, or nil.
  var problem: String? {
    if case .failure(let error) = outcome { return "\(series.name): \(error)" }
    return nil
  }

  func text(unit: String) -> String {
    var text =
      "\(series.name): \(model.dynamics.rawValue), \(model.mean.rawValue) mean, "
      + "\(model.distribution == .normal ? "normal" : "Student's t"); \(series.returns.count) returns"
    if let first = series.dates.first, let last = series.dates.last {
      text += " \(first) to \(last)"
    }
    text += ", in \(unit)\n"
    guard case .success(let fit) = outcome else {
      return text + "no estimate: \(problem ?? "")\n"
    }
    var table = TextTable([
      .left("parameter"), .right("estimate"), .right("standard error"), .right("robust"),
    ])
    for (k, name) in model.parameterNames.enumerated() {
      table.append([
        name, Digits.text(fit.estimates[k]), Digits.text(fit.standardErrors[k]),
        Digits.text(fit.robustStandardErrors[k]),
      ])
    }
    let longRun = model.longRunVariance(fit.parameters)
    text += table.text
    text +=
      "log-likelihood \(Digits.text(fit.logLikelihood)), AIC \(Digits.text(fit.akaike)), "
      + "BIC \(Digits.text(fit.schwarz)), \(fit.iterations) iterations\n"
    if !fit.onBounds.isEmpty {
      text += "on its bound: \(fit.onBounds.joined(separator: ", "))\n"
    }
    text +=
      "persistence \(Digits.text(model.persistence(fit.parameters))), long-run volatility "
      + "\(yearly(longRun)), next row \(yearly(nextVariance ?? .nan))\n"
    return text
  }

  /// A volatility per row and per year.
  private func yearly(_ variance: Double) -> String {
    "\(Digits.text(variance.squareRoot())) (\(Digits.text((variance * rowsPerYear).squareRoot())) a year)"
  }

  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("name", JSONValue(series.name)), ("model", JSONValue(model.dynamics.rawValue)),
      ("mean", JSONValue(model.mean.rawValue)),
      ("distribution", JSONValue(model.distribution == .normal ? "normal" : "student")),
      ("returns", JSONValue(series.returns.count)),
    ]
    switch outcome {
    case .failure(let error):
      members += [("converged", JSONValue(false)), ("problem", JSONValue("\(error)"))]
    case .success(let fit):
      func named(_ values: [Double]) -> JSONValue {
        JSONValue(object: zip(model.parameterNames, values).map { ($0, JSONValue($1)) })
      }
      members += [
        ("converged", JSONValue(true)), ("parameters", named(fit.estimates)),
        ("standardErrors", named(fit.standardErrors)),
        ("robustStandardErrors", named(fit.robustStandardErrors)),
        ("onBounds", JSONValue(fit.onBounds)), ("logLikelihood", JSONValue(fit.logLikelihood)),
        ("aic", JSONValue(fit.akaike)), ("bic", JSONValue(fit.schwarz)),
        ("iterations", JSONValue(fit.iterations)),
        ("persistence", JSONValue(model.persistence(fit.parameters))),
        ("longRunVariance", JSONValue(model.longRunVariance(fit.parameters))),
        ("nextVariance", JSONValue(nextVariance ?? .nan)),
      ]
    }
    return JSONValue(object: members)
  }
}
