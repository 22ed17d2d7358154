internal import Finance

extension MarketData {
  /// What was read, inferred and repaired: `data.json` of a run directory.
  func reportJSON(notes: [String]) -> JSONValue {
    func texts(_ texts: [String]) -> JSONValue { JSONValue(.array(texts.map { JSONValue($0) })) }
    return JSONValue(object: [
      ("rows", JSONValue(dates.count)),
      ("first", JSONValue("\(dates[0])")),
      ("last", JSONValue("\(dates[dates.count - 1])")),
      ("notes", texts(notes)),
      (
        "series",
        JSONValue(
          .array(
            report.map { series in
              JSONValue(object: [
                ("name", JSONValue(series.name)),
                ("first", JSONValue("\(series.first)")),
                ("last", JSONValue("\(series.last)")),
                ("prices", JSONValue(series.prices)),
                ("filled", JSONValue(series.filled)),
                ("longestGap", JSONValue(series.longestGap)),
                (
                  "winsorised",
                  JSONValue(
                    .array(
                      series.winsorised.map {
                        JSONValue(object: [
                          ("date", JSONValue("\($0.date)")), ("from", JSONValue($0.from)),
                          ("to", JSONValue($0.to)), ("score", JSONValue($0.score)),
                        ])
                      }))
                ),
                (
                  "stale",
                  JSONValue(
                    .array(
                      series.stale.map {
                        JSONValue(object: [
                          ("first", JSONValue("\($0.first)")), ("last", JSONValue("\($0.last)")),
                          ("rows", JSONValue($0.rows)),
                        ])
                      }))
                ),
                (
                  "suspectedSplits",
                  JSONValue(
                    .array(
                      series.splits.map {
                        JSONValue(object: [
                          ("date", JSONValue("\($0.date)")), ("ratio", JSONValue($0.ratio)),
                        ])
                      }))
                ),
              ])
            }))
      ),
    ])
  }
}

extension Problem {
  /// `data.json` of a run directory: the experiment's data, then those of the pooled universes by name.
  var dataJSON: JSONValue {
    var json = data.reportJSON(notes: notes)
    if !pool.isEmpty {
      json["pool"] = JSONValue(
        object: pool.map {
          ($0.settings.name, $0.problem.data.reportJSON(notes: $0.problem.notes))
        })
    }
    return json
  }
}
