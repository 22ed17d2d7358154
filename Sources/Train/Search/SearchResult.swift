internal import Finance

/// The trials of a search, and what mattered among what was searched.
struct SearchResult: Sendable {
  let trials: [SearchTrial]
  let space: [SearchParameter]

  /// The best of the trials that were trained to the end; ties go to the earlier one.
  var best: SearchTrial? {
    trials.filter { $0.isComplete && $0.loss != nil }.min {
      ($0.loss ?? 0, $0.number) < ($1.loss ?? 0, $1.number)
    }
  }

  /// The share of the spread of ranks that a parameter explains by itself: ε² of a one-way analysis of
  /// variance of the trials' ranks by loss over classes of the parameter (its choices, or five
  /// equally frequent parts of its range), 0 where it explains no more than chance.
  ///
  /// Descriptive: the sampler has looked where it liked, and interactions are left out. NaN below
  /// ten trials with the parameter.
  ///
  /// - Source: Kelley (1935), *An unbiased correlation ratio measure*, PNAS 21(9).
  func importance(of parameter: SearchParameter) -> Double {
    let points = trials.compactMap { trial -> (value: JSONValue, loss: Double)? in
      guard let loss = trial.loss,
        let value = trial.values.first(where: { $0.key == parameter.key })
      else { return nil }
      return (value.value, loss)
    }
    guard points.count >= 10 else { return .nan }
    let ranks = Self.ranks(points.map(\.loss))
    let classes: [Int]
    if case .choice(let choices) = parameter.domain {
      classes = points.map { point in choices.firstIndex { $0 == point.value } ?? 0 }
    } else {
      let places = Self.ranks(points.map { parameter.place(of: $0.value) ?? 0 })
      classes = places.map { min(4, Int(($0 - 0.5) / Double(points.count) * 5)) }
    }
    let groups = Dictionary(grouping: ranks.indices, by: { classes[$0] })
    guard groups.count > 1, points.count > groups.count else { return 0 }
    let mean = Measures.mean(ranks)
    let total = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard total > 0 else { return 0 }
    // In the order of the classes, not of a hash.
    let within = groups.keys.sorted().reduce(0.0) { sum, key in
      let own = (groups[key] ?? []).map { ranks[$0] }
      let center = Measures.mean(own)
      return sum + own.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    }
    let chance = Double(points.count - 1) / Double(points.count - groups.count)
    return max(0, 1 - within / total * chance)
  }

  /// Ranks from 1, ties in their middle.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted {
      values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1]
    }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
      start = end + 1
    }
    return ranks
  }

  /// One line per trial.
  var csv: String {
    var table = CSVWriter(columns: ["Trial", "Loss", "Rungs", "Complete"] + space.map(\.key))
    for trial in trials {
      table.append(
        [
          .number(Double(trial.number)), .number(trial.loss ?? .nan),
          .number(Double(trial.losses.count)), .text(trial.isComplete ? "yes" : "no"),
        ]
          + space.map { parameter in
            .text(trial.values.first { $0.key == parameter.key }.map { Self.text($0.value) } ?? "")
          })
    }
    return table.text
  }

  /// The best trials and the importance of each parameter, for the terminal.
  var table: String {
    var best = TextTable(
      [.right("trial"), .right("loss"), .right("rungs")] + space.map { .right($0.key) })
    let sound: [SearchTrial] = trials.filter { $0.loss != nil }
    let ranked = sound.sorted { a, b in
      if a.isComplete != b.isComplete { return a.isComplete }
      return (a.loss ?? 0, a.number) < (b.loss ?? 0, b.number)
    }
    for trial in ranked.prefix(10) {
      best.append(
        [
          String(trial.number), NumberText.fixed(trial.loss ?? .nan, digits: 4),
          String(trial.losses.count),
        ]
          + space.map { parameter in
            trial.values.first { $0.key == parameter.key }.map { Self.brief($0.value) } ?? ""
          })
    }
    var importance = TextTable([.left("what mattered"), .right("share of rank variance")])
    for (key, share) in ranking {
      importance.append([key, share.isNaN ? "–" : NumberText.fixed(share, digits: 2)])
    }
    let failed = trials.filter { $0.failure != nil }.count
    return best.text + "\n" + importance.text
      + (failed > 0 ? "\n\(failed) of \(trials.count) trials failed; see trials.jsonl\n" : "")
  }

  /// Parameters by importance, the largest first.
  var ranking: [(key: String, share: Double)] {
    var entries: [(key: String, share: Double, order: Int)] = []
    for (order, parameter) in space.enumerated() {
      entries.append((parameter.key, importance(of: parameter), order))
    }
    entries.sort { a, b in
      let (x, y) = (a.share.isNaN ? -1 : a.share, b.share.isNaN ? -1 : b.share)
      return x == y ? a.order < b.order : x > y
    }
    return entries.map { (key: $0.key, share: $0.share) }
  }

  /// The beginning of what is too long for a column of the terminal; the files have the whole.
  private static func brief(_ value: JSONValue) -> String {
    let whole = text(value)
    return whole.count > 30 ? whole.prefix(29) + "…" : whole
  }

  static func text(_ value: JSONValue) -> String {
    switch value.content {
    case .string(let text): text
    case .double(let number): text(number)
    default: value.text(.compact)
    }
  }

  /// Four significant digits, small and large numbers with a power of ten.
  private static func text(_ number: Double) -> String {
    guard number != 0, number.isFinite else { return "\(number)" }
    var (mantissa, exponent) = (number, 0)
    while abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while abs(mantissa) < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    if (-3...4).contains(exponent) {
      return NumberText.fixed(number, digits: max(0, 3 - exponent))
    }
    return "\(NumberText.fixed(mantissa, digits: 2))e\(exponent)"
  }
}
