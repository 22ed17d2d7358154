/// How the numbers of a chart or a column are shown.
///
/// Values are always given in plain units (a fraction, a ratio); the format scales them.
public enum ValueFormat: Sendable, Equatable {
  /// As they are, with so many digits after the point.
  case number(digits: Int)
  /// Fractions as per cent: 0.084 with one digit is 8.4 %.
  case percent(digits: Int)
  /// Fractions as basis points: 0.0012 is 12 bp.
  case basisPoints(digits: Int)
  /// Ratios: 2.31 is 2.31×.
  case multiple(digits: Int)

  /// The number with its unit; an en dash for NaN and infinities.
  public func text(_ value: Double) -> String {
    value.isFinite ? bareText(value) + suffix : "–"
  }

  /// The number without its unit, which then stands in a header.
  func bareText(_ value: Double) -> String { NumberText.fixed(value * scale, digits: digits) }

  /// The unit as the tail of a header: `, %`.
  var headerSuffix: String {
    switch self {
    case .number: ""
    case .percent: ", %"
    case .basisPoints: ", bp"
    case .multiple: ", ×"
    }
  }

  /// The smallest difference that is shown, in plain units.
  var resolution: Double { (0..<digits).reduce(1 / scale) { step, _ in step / 10 } }

  /// The range that a chart of some values spans: theirs, or a wider one where they vary by less than
  /// what is shown of them, so that rounding errors make no picture.
  func domain(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    guard range.upperBound - range.lowerBound < resolution else { return range }
    let middle = (range.lowerBound + range.upperBound) / 2
    return middle - 5 * resolution...middle + 5 * resolution
  }

  var digits: Int {
    switch self {
    case .number(let digits), .percent(let digits), .basisPoints(let digits),
      .multiple(let digits):
      digits
    }
  }

  var scale: Double {
    switch self {
    case .number, .multiple: 1
    case .percent: 100
    case .basisPoints: 10_000
    }
  }

  /// Units stand behind a narrow space that does not break, the multiplication sign without one.
  var suffix: String {
    switch self {
    case .number: ""
    case .percent: "\u{202F}%"
    case .basisPoints: "\u{202F}bp"
    case .multiple: "×"
    }
  }
}
