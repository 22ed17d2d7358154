/// Hands out the colours of a report, so that a name has one colour in all of its charts.
///
/// Colours are CSS variables, defined for light and for dark in ``ReportStyleSheet``. Strategies and
/// members (assets) have palettes of their own. They are told apart by people who see no red, no
/// green or no blue: hues differ in lightness too, and lines carry their names at their ends.
struct SeriesColours {
  static let baselineCount = 8
  static let memberCount = 10

  private var baselines: [String: Int] = [:]
  private var members: [String: Int] = [:]

  /// The colour of a series, as a value for the CSS variable `--c`.
  mutating func colour(_ name: String, _ role: DatedSeries.Role) -> String {
    switch role {
    case .model: return "var(--m)"
    case .baseline:
      let index = baselines[name] ?? baselines.count
      baselines[name] = index
      return "var(--b\(index % Self.baselineCount + 1))"
    case .member:
      let index = members[name] ?? members.count
      members[name] = index
      return "var(--a\(index % Self.memberCount + 1))"
    }
  }
}
