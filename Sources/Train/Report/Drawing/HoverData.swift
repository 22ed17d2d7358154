/// The values that appear under the pointer, sampled so that they stay small.
enum HoverData {
  /// About as many dates as a pointer can tell apart.
  static let maximumDates = 320

  /// JSON for the script of the report: `x` days, `s` series with name, colour and values.
  static func json(
    _ series: [(name: String, colour: String, days: [Int], values: [Double])], format: ValueFormat
  ) -> JSONValue {
    let all = Set(series.flatMap(\.days)).sorted()
    let step = max(1, (all.count + maximumDates - 2) / max(1, maximumDates - 1))
    var days = stride(from: 0, to: all.count, by: step).map { all[$0] }
    if let last = all.last, days.last != last { days.append(last) }
    let members: [JSONValue] = series.map { name, colour, seriesDays, values in
      var position = 0
      let sampled: [JSONValue] = days.map { day in
        while position < seriesDays.count, seriesDays[position] < day { position += 1 }
        guard position < seriesDays.count, seriesDays[position] == day else { return nil }
        return JSONValue(NumberText.rounded(values[position]))
      }
      return ["n": JSONValue(name), "c": JSONValue(colour), "v": JSONValue(.array(sampled))]
    }
    return [
      "x": JSONValue(.array(days.map { JSONValue($0) })), "k": JSONValue(format.scale),
      "d": JSONValue(format.digits), "u": JSONValue(format.suffix),
      "s": JSONValue(.array(members)),
    ]
  }
}
