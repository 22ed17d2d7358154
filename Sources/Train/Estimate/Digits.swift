/// Numbers of any size in a table.
enum Digits {
  /// Six significant digits, by a power of ten where that is shorter; an en dash for NaN.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isInfinite ? "∞" : "–" }
    let magnitude = abs(value)
    guard magnitude == 0 || magnitude >= 1e-4 else {
      var (mantissa, exponent) = (value, 0)
      while abs(mantissa) < 1 {
        mantissa *= 10
        exponent -= 1
      }
      return NumberText.fixed(mantissa, digits: 4) + "e\(exponent)"
    }
    var (digits, bound) = (5, 10.0)
    while magnitude >= bound, digits > 2 {
      bound *= 10
      digits -= 1
    }
    return NumberText.fixed(value, digits: magnitude < 1 ? 6 : digits)
  }
}
