internal import Finance

/// How the forecast probabilities of drawdowns fared out of sample: every tested decision and asset
/// beside what came.
struct DrawdownForecast: Sendable {
  let settings: DrawdownSettings
  let reliability: ReliabilityTable

  /// Of a run's ensemble; nil where its model forecasts none, or nothing that it forecast is known yet.
  init?(_ result: RunResult) {
    let problem = result.problem
    guard let settings = problem.experiment.model.drawdown,
      let forecasts = result.model.details[.drawdowns]
    else { return nil }
    self.settings = settings
    let events = problem.known(
      DrawdownEvents.labels(
        returns: problem.data.returns, decisions: result.model.rows,
        lag: problem.experiment.execution.lag, horizon: settings.horizon,
        threshold: settings.threshold), problem.tested)
    reliability = ReliabilityTable(probabilities: forecasts.values.elements, events: events)
    guard reliability.count > 0 else { return nil }
  }

  /// What is forecast, in words.
  var title: String {
    "a drawdown beyond \(NumberText.fixed(100 * settings.threshold, digits: 1)) % within "
      + "\(settings.horizon) rows"
  }

  /// The scores, as they are written to `summary.json`.
  var json: JSONValue {
    JSONValue(object: [
      ("threshold", JSONValue(settings.threshold)),
      ("horizon", JSONValue(settings.horizon)),
      ("forecasts", JSONValue(reliability.count)),
      ("baseRate", JSONValue(reliability.baseRate)),
      ("brierScore", JSONValue(reliability.brierScore)),
      ("brierScoreOfBaseRate", JSONValue(reliability.brierScoreOfBaseRate)),
      ("expectedCalibrationError", JSONValue(reliability.expectedCalibrationError)),
    ])
  }

  /// The bins, as they are written to `reliability.csv`; NaN in an empty one.
  var csv: CSVWriter {
    var table = CSVWriter(columns: ["lower", "upper", "count", "meanForecast", "frequency"])
    for bin in reliability.bins {
      table.append([
        .number(bin.lower), .number(bin.upper), .integer(bin.count), .number(bin.meanForecast),
        .number(bin.frequency),
      ])
    }
    return table
  }

  /// The bins that hold forecasts, in words: probabilities in percent.
  var rows: [[String]] {
    func percent(_ value: Double) -> String { NumberText.fixed(100 * value, digits: 1) }
    return reliability.bins.filter { $0.count > 0 }.map {
      [
        "\(percent($0.lower))–\(percent($0.upper))", String($0.count), percent($0.meanForecast),
        percent($0.frequency),
      ]
    }
  }

  /// The scores in a sentence.
  var scores: String {
    func text(_ value: Double) -> String { NumberText.fixed(value, digits: 4) }
    return """
      Brier score \(text(reliability.brierScore)); of the base rate \
      (\(NumberText.fixed(100 * reliability.baseRate, digits: 1)) %) \
      \(text(reliability.brierScoreOfBaseRate)); expected calibration error \
      \(text(reliability.expectedCalibrationError)).
      """
  }

  /// For the terminal.
  var text: String {
    var table = TextTable([
      .left("probability of \(title), %"), .right("forecasts"), .right("mean forecast"),
      .right("happened"),
    ])
    for row in rows { table.append(row) }
    return table.text + scores + "\n"
  }
}
