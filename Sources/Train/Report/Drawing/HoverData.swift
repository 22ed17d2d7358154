/// The values that appear under the pointer, sampled so that they stay small.
enum HoverData {
  /// About as many dates as a pointer can tell apart.
  static let maximumDates = 320

  /// JSON for the script of the report: `x` days, `s` series with name, colour and values.
  static func json(
    _ series: [(name: String, colour: String, days: [Int], values: [Double])], format: ValueFormat
  ) -> JSONValue {
    json(
      series.map { ($0.name, $0.colour, $0.days.map(Double.init), $0.values) }, format: format,
      members: [])
  }

  /// The same over a number in place of days: `t` names it, `xk`, `xd` and `xu` format it.
  static func json(
    _ series: [(name: String, colour: String, x: [Double], values: [Double])], format: ValueFormat,
    xTitle: String, xFormat: ValueFormat
  ) -> JSONValue {
    json(
      series, format: format,
      members: [
        ("t", JSONValue(xTitle)), ("xk", JSONValue(xFormat.scale)),
        ("xd", JSONValue(xFormat.digits)), ("xu", JSONValue(xFormat.suffix)),
      ])
  }

  private static func json(
    _ series: [(name: String, colour: String, x: [Double], values: [Double])], format: ValueFormat,
    members further: [(String, JSONValue)]
  ) -> JSONValue {
    let all = Set(series.flatMap(\.x)).sorted()
    let step = max(1, (all.count + maximumDates - 2) / max(1, maximumDates - 1))
    var kept = stride(from: 0, to: all.count, by: step).map { all[$0] }
    if let last = all.last, kept.last != last { kept.append(last) }
    let members: [JSONValue] = series.map { name, colour, own, values in
      var position = 0
      let sampled: [JSONValue] = kept.map { x in
        while position < own.count, own[position] < x { position += 1 }
        guard position < own.count, own[position] == x else { return nil }
        return JSONValue(NumberText.rounded(values[position]))
      }
      return ["n": JSONValue(name), "c": JSONValue(colour), "v": JSONValue(.array(sampled))]
    }
    return JSONValue(
      object: [
        (
          "x",
          JSONValue(.array(kept.map { x in Int(exactly: x).map { JSONValue($0) } ?? JSONValue(x) }))
        ),
        ("k", JSONValue(format.scale)), ("d", JSONValue(format.digits)),
        ("u", JSONValue(format.suffix)), ("s", JSONValue(.array(members))),
      ] + further)
  }
}
